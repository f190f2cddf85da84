import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';

export interface LarderRun {
  /** 128 + n where signal n ended it. */
  readonly exitCode: number;
  readonly wallMs: number;
}

export interface LarderOptions {
  readonly repositoryRoot: string;
  readonly workspace: string;
  readonly token: string;
}

/** Runs the built command on this process's terminal, as a person would: the interface shows where there is one. */
export async function runLarder(args: readonly string[], options: LarderOptions): Promise<LarderRun> {
  const startedAt = performance.now();
  const child = spawn(join(options.repositoryRoot, 'tools', 'larder'), args, {
    cwd: options.workspace,
    env: { ...withoutOtherSettings(process.env), LARDER_REMOTE_TOKEN: options.token },
    stdio: 'inherit',
  });
  const forward = (signal: NodeJS.Signals): boolean => child.kill(signal);
  process.on('SIGTERM', forward);
  process.on('SIGHUP', forward);
  try {
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
    });
    return { exitCode, wallMs: performance.now() - startedAt };
  } finally {
    process.off('SIGTERM', forward);
    process.off('SIGHUP', forward);
  }
}

/** The reader's own workspaces may be set up for another cache, and npm's variables belong to this repository. */
function withoutOtherSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(?:LARDER_|NX_|TURBO_|npm_)/.test(name)));
}
