import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileCalls, parseStrace, type CallCounts } from './parse-strace.ts';

export interface CountedCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

const limitMs = 120_000;

/** Says why calls cannot be counted here, or null. */
export function findStraceProblem(): string | null {
  const { error, status } = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true'], { timeout: limitMs });
  if (error !== undefined) return 'there is no strace';
  return status === 0 ? null : 'strace may not trace processes here';
}

/** Runs the command under strace, with a file for each thread, so that no call is split between lines. */
export function countCalls({ command, args, cwd, env }: CountedCommand, options: CountOptions): CallCounts {
  const folder = mkdtempSync(join(options.folder, 'trace-'));
  const trace = [
    '-ff',
    '-qq',
    '-o',
    join(folder, 't'),
    '-e',
    `trace=${['execve', ...fileCalls].map(optional).join(',')}`,
  ];
  try {
    const { status, stderr } = spawnSync('strace', [...trace, command, ...args], { cwd, env, timeout: limitMs });
    if (status !== 0) throw new Error(`${args.join(' ')} ended with exit code ${status}\n${stderr.toString()}`);
    const lines = readdirSync(folder).flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'));
    return parseStrace(lines, options.bundleFolder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface CountOptions {
  /** Absolute; for traces. */
  readonly folder: string;
  /** Absolute. */
  readonly bundleFolder: string;
}

/** Not every architecture has every call. */
function optional(name: string): string {
  return `?${name}`;
}
