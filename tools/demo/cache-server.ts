import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const startLimitMs = 20_000;
const stopLimitMs = 5_000;

export interface CacheServer {
  readonly url: string;
  /** A token that may read and write. */
  readonly token: string;
  stop(): Promise<void>;
}

/** Starts the built server on a free port of loopback. Rejects, with nothing left running, where it does not come up. */
export async function startCacheServer(repositoryRoot: string, storage: string): Promise<CacheServer> {
  const command = join(repositoryRoot, 'tools', 'larder-server');
  const tokenArgs = ['token', 'create', '--storage', storage, '--scope', 'main', '--access', 'write'];
  const { stdout } = await promisify(execFile)(command, tokenArgs);
  const child = spawn(command, ['--port', '0', '--storage', storage], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // In a group of its own: Ctrl-C must not end it before the run that still talks to it.
    detached: true,
  });
  try {
    return { url: await readUrl(child), token: stdout.trim(), stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

async function readUrl(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the server has no standard output');
  const lines = createInterface({ input: child.stdout });
  const signal = AbortSignal.timeout(startLimitMs);
  const closed = once(lines, 'close', { signal }).then(() => ['(nothing)']);
  const [line] = await Promise.race([once(lines, 'line', { signal }), closed]);
  const url = /^listening on (http:\/\/\S+)$/.exec(String(line))?.[1];
  if (url === undefined) throw new Error(`larder-server did not start; its first line was: ${line}`);
  lines.on('line', (text) => process.stderr.write(`larder-server: ${text}\n`));
  return url;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
  await exited;
  clearTimeout(force);
}
