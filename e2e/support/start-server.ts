import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { makeFolder } from './make-workspace.ts';
import { larderServer, startTool } from './run-larder.ts';

export interface TestServer {
  readonly url: string;
  readonly storage: string;
  readonly token: (scope: string, access: 'read' | 'write') => Promise<string>;
  readonly stop: (signal?: NodeJS.Signals) => Promise<void>;
}

/** The built server on a free port of loopback, with a storage of its own; ended after the test. */
export async function startTestServer(args: readonly string[] = []): Promise<TestServer> {
  const storage = makeFolder();
  const child = startTool('larder-server', storage, ['--port', '0', '--storage', storage, ...args], {});
  child.stderr?.resume();
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  };
  onTestFinished(() => stop('SIGKILL'));
  const [firstLine] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  const url = /^listening on (https?:\/\/127\.0\.0\.1:\d+)$/.exec(firstLine)?.[1];
  if (url === undefined) throw new Error(`The server said: ${firstLine}`);
  const token = async (scope: string, access: 'read' | 'write'): Promise<string> => {
    const made = await larderServer(storage, [
      'token',
      'create',
      '--storage',
      storage,
      '--scope',
      scope,
      '--access',
      access,
    ]);
    return made.stdout.trim();
  };
  return { url, storage, token, stop };
}
