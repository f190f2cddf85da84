import { digest } from '../digest.ts';

export interface MemoQuestion {
  readonly rootAbsolute: string;
  readonly stateDirectoryAbsolute: string;
  readonly workingDirectory: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly availableParallelism: number;
  /** Another text for another build of Larder. */
  readonly build: string;
}

/**
 * What shells and terminals change by themselves. Nothing that a run answers may depend on what they say; that they are
 * there may count, for who names variables with wildcards.
 */
export const volatileNames: ReadonlySet<string> = new Set([
  '_',
  'COLUMNS',
  'LINES',
  'OLDPWD',
  'PWD',
  'SHELL_SESSION_ID',
  'SHLVL',
  'TERM_SESSION_ID',
  'WINDOWID',
]);

/**
 * The name of the memo that may answer a command: everything that the answer can depend on beside files. The salt is
 * the workspace's own, so that the name says nothing of the values in the environment.
 */
export function makeMemoKey(question: MemoQuestion, salt: string): string {
  const { rootAbsolute, workingDirectory, argv, availableParallelism, build, env } = question;
  const values = Object.entries(env)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => (volatileNames.has(name) ? [name] : [name, value]))
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  const node = [process.version, process.platform, process.arch];
  return digest(
    JSON.stringify([salt, build, node, rootAbsolute, workingDirectory, argv, availableParallelism, values]),
  );
}
