import type { ExecutorContext, ProcessExit, RunningProcess, SpawnProcess } from '@larder/core';
import { expect, test } from 'vitest';
import { ExecutorPool, type HostedTask } from './executor-pool.ts';
import type { HostRequest } from './host-messages.ts';

/** A process that a test plays: what it was asked, and what it says. */
class FakeHost implements RunningProcess {
  readonly pid = 1;
  readonly requests: HostRequest[] = [];
  isStopped = false;
  readonly #exit = Promise.withResolvers<ProcessExit>();
  readonly exited = this.#exit.promise;
  readonly #onOutput: ExecutorContext['onOutput'];
  #listener: (message: unknown) => void = () => {};

  constructor(onOutput: ExecutorContext['onOutput']) {
    this.#onOutput = onOutput;
  }

  send(message: unknown): void {
    this.requests.push(message as HostRequest);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#listener = listener;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.exit({ exitCode: null, signal: 'SIGTERM', spawnError: null });
  }

  exit(exit: ProcessExit): void {
    this.#exit.resolve(exit);
  }

  print(text: string): void {
    this.#onOutput('stdout', Buffer.from(text));
  }

  answer(message: unknown): void {
    this.#listener(message);
  }

  /** As the real one: output, then a mark on both streams, and an answer that may come before them. */
  finish(exitCode = 0, isClean = true): void {
    const { mark = '' } = this.requests.at(-1) ?? {};
    this.answer({ exitCode, isClean });
    this.#onOutput('stdout', Buffer.from(mark));
    this.#onOutput('stderr', Buffer.from(mark));
  }
}

function world() {
  const pool = new ExecutorPool();
  const hosts: FakeHost[] = [];
  const spawn: SpawnProcess = ({ onOutput }) => {
    const host = new FakeHost(onOutput);
    hosts.push(host);
    return host;
  };
  const start = (key: string) => {
    const printed: string[] = [];
    const onOutput: ExecutorContext['onOutput'] = (_stream, chunk) => void printed.push(Buffer.from(chunk).toString());
    const task: HostedTask = {
      key,
      rootAbsolute: '/acme',
      env: { NAME: key },
      targetDescription: { project: key, target: 'build' },
      overrides: {},
      taskGraph: {},
    };
    return { running: pool.start(task, { spawn, onOutput } as ExecutorContext), printed };
  };
  return { hosts, start };
}

const succeeded = { exitCode: 0, detail: null };

test('a task that succeeded leaves its process to the next with the same key', async () => {
  const { hosts, start } = world();
  const first = start('a');
  hosts[0]?.finish();
  await expect(first.running.ended).resolves.toEqual(succeeded);
  const second = start('a');
  hosts[0]?.finish();
  await expect(second.running.ended).resolves.toEqual(succeeded);
  expect(hosts.map(({ requests }) => requests.length)).toEqual([2]);
});

test('tasks at the same time, and with other keys, have processes of their own', async () => {
  const { hosts, start } = world();
  start('a');
  start('a');
  start('b');
  expect(hosts.map(({ requests }) => requests[0]?.env)).toEqual([{ NAME: 'a' }, { NAME: 'a' }, { NAME: 'b' }]);
});

test.each([
  ['failed', 1, true],
  ['left something behind', 0, false],
])('a process whose task %s is not used again', async (_, exitCode, isClean) => {
  const { hosts, start } = world();
  const first = start('a');
  hosts[0]?.finish(exitCode, isClean);
  await expect(first.running.ended).resolves.toEqual({ exitCode, detail: null });
  start('a');
  expect(hosts.map(({ isStopped }) => isStopped)).toEqual([true, false]);
});

test('each task has its own output, without the marks', async () => {
  const { hosts, start } = world();
  const first = start('a');
  hosts[0]?.print('one');
  hosts[0]?.finish();
  await first.running.ended;
  const second = start('a');
  hosts[0]?.print('two');
  hosts[0]?.finish();
  await second.running.ended;
  expect([first.printed.join(''), second.printed.join('')]).toEqual(['one', 'two']);
});

test('an answer alone is no end: the output is still on its way', async () => {
  const { hosts, start } = world();
  const { running, printed } = start('a');
  hosts[0]?.answer({ exitCode: 0, isClean: true });
  hosts[0]?.print('late');
  hosts[0]?.finish();
  await running.ended;
  expect(printed.join('')).toBe('late');
});

test('messages of the executor itself are no answers', async () => {
  const { hosts, start } = world();
  const { running } = start('a');
  for (const message of [null, 'ready', { exitCode: '0' }, { exitCode: 0 }]) hosts[0]?.answer(message);
  hosts[0]?.finish(3);
  await expect(running.ended).resolves.toEqual({ exitCode: 3, detail: null });
});

test.each<[ProcessExit, object]>([
  [
    { exitCode: 134, signal: null, spawnError: null },
    { exitCode: 134, detail: null },
  ],
  [
    { exitCode: null, signal: 'SIGKILL', spawnError: null },
    { exitCode: 1, detail: 'ended by SIGKILL' },
  ],
  [
    { exitCode: null, signal: null, spawnError: 'no memory' },
    { exitCode: 1, detail: 'no memory' },
  ],
])('a process that goes away ends its task, with what was printed: %j', async (exit, end) => {
  const { hosts, start } = world();
  const { running, printed } = start('a');
  hosts[0]?.print('so far');
  hosts[0]?.exit(exit);
  await expect(running.ended).resolves.toEqual(end);
  expect(printed.join('')).toBe('so far');
});

test('a process that went away while it waited is not asked again', async () => {
  const { hosts, start } = world();
  const first = start('a');
  hosts[0]?.finish();
  await first.running.ended;
  hosts[0]?.exit({ exitCode: 0, signal: null, spawnError: null });
  await hosts[0]?.exited;
  const second = start('a');
  hosts[1]?.finish();
  await expect(second.running.ended).resolves.toEqual(succeeded);
});

test('stopping a task stops its process', async () => {
  const { hosts, start } = world();
  const { running } = start('a');
  await running.stop();
  expect(hosts[0]?.isStopped).toBe(true);
  await expect(running.ended).resolves.toMatchObject({ exitCode: 1 });
});
