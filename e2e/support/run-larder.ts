import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const repositoryRoot = join(import.meta.dirname, '..', '..');

export interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
  /** Runs as this user, where the tests run as root: root can read everything. */
  readonly userId?: number;
}

/** Runs the built `larder` in a folder and waits for its end. */
export async function larder(cwd: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return finish(startTool('larder', cwd, args, options), options.stdin);
}

export async function larderServer(cwd: string, args: readonly string[]): Promise<Finished> {
  return finish(startTool('larder-server', cwd, args, {}));
}

/** Starts one of the two launchers under `tools/`; the surroundings hold nothing of this machine's caches. */
export function startTool(
  name: 'larder' | 'larder-server',
  cwd: string,
  args: readonly string[],
  options: RunOptions,
): ChildProcess {
  return spawn(join(repositoryRoot, 'tools', name), args, {
    cwd,
    env: { ...cleanEnv(), ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.userId === undefined ? {} : { uid: options.userId, gid: options.userId }),
  });
}

export function cleanEnv(): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(LARDER_|NX_|TURBO_|VITEST|FORCE_COLOR|NO_COLOR|CI$|GITHUB_|GITLAB_|BUILDKITE|TF_BUILD|TEAMCITY_|npm_|NODE_ENV$|INIT_CWD$)/.test(
        name,
      ),
  );
  return Object.fromEntries(kept);
}

export async function finish(child: ChildProcess, stdin = ''): Promise<Finished> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin?.end(stdin);
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, stdout, stderr };
}

export interface NdjsonRun extends Finished {
  /** Task id -> outcome kind, `restored:local` and `restored:remote` told apart. */
  readonly outcomes: Readonly<Record<string, string>>;
  readonly hashes: Readonly<Record<string, string>>;
  readonly finished: Readonly<Record<string, unknown>>;
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

/** Runs with `--output-style ndjson` and reads every line. */
export async function larderEvents(cwd: string, args: readonly string[], options: RunOptions = {}): Promise<NdjsonRun> {
  const separator = args.indexOf('--');
  const own = separator === -1 ? args : args.slice(0, separator);
  const forwarded = separator === -1 ? [] : args.slice(separator);
  const run = await larder(cwd, [...own, '--output-style', 'ndjson', ...forwarded], options);
  const events = run.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const settled = events.filter((event) => event['type'] === 'task-settled');
  return {
    ...run,
    events,
    outcomes: Object.fromEntries(settled.map((event) => [event['task'], describeOutcome(event['outcome'])])),
    hashes: Object.fromEntries(settled.map((event) => [event['task'], event['hash']])),
    finished: events.at(-1) ?? {},
  };
}

function describeOutcome(outcome: unknown): string {
  const { kind, from } = outcome as { readonly kind: string; readonly from?: string };
  return from === undefined ? kind : `${kind}:${from}`;
}

/** Names of the projects whose build was executed, in order, since the workspace was made. */
export function executedBuilds(root: string): readonly string[] {
  const file = join(root, 'runs.log');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}
