import { execFile } from 'node:child_process';

export type ProgramResult =
  | { readonly kind: 'ended'; readonly exitCode: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'missing' };

export interface ProgramOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Runs a program to its end. Rejects where the signal aborts, or it says more than a megabyte. */
export async function runProgram(
  [program, ...args]: readonly [string, ...string[]],
  { cwd, env, signal }: ProgramOptions,
): Promise<ProgramResult> {
  return await new Promise((resolve, reject) => {
    // npm, pnpm and yarn are scripts on Windows, which only a shell starts; no word here comes from outside.
    const shell = process.platform === 'win32';
    const own = {
      ...env,
      LC_ALL: 'C',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_TERMINAL_PROMPT: '0',
      COREPACK_ENABLE_NETWORK: '0',
    };
    execFile(program, args, { cwd, env: own, signal, shell, windowsHide: true }, (error, stdout, stderr) => {
      const said = { stdout: stdout.trim(), stderr: stderr.trim() };
      if (error === null) return resolve({ kind: 'ended', exitCode: 0, ...said });
      if (typeof error.code === 'number') return resolve({ kind: 'ended', exitCode: error.code, ...said });
      if (error.code === 'ENOENT') return resolve({ kind: 'missing' });
      reject(error);
    });
  });
}
