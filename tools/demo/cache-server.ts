import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { promisify } from 'node:util';

const startLimitMs = 20_000;
const stopLimitMs = 5_000;
const keptComplaints = 20;

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
    stdio: ['ignore', 'pipe', 'pipe'],
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
  if (child.stdout === null || child.stderr === null) throw new Error('the server has no output');
  const complaints: string[] = [];
  createInterface({ input: child.stderr }).on('line', (text) => {
    if (complaints.length < keptComplaints) complaints.push(text);
  });
  const line = await readFirstLine(createInterface({ input: child.stdout }));
  const url = /^listening on (http:\/\/\S+)$/.exec(line)?.[1];
  if (url === undefined) throw new Error(`larder-server did not start: ${[line, ...complaints].join('\n')}`);
  return url;
}

/** Empty where the output ends or the time is up before there is one. The rest is read and dropped. */
function readFirstLine(lines: Interface): Promise<string> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(''), startLimitMs);
    const settle = (line: string): void => {
      clearTimeout(timer);
      resolve(line);
    };
    lines.once('line', settle);
    lines.once('close', () => settle(''));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
  await exited;
  clearTimeout(force);
}
