import type { ProcessExit, RunningProcess, SpawnProcess, SpawnRequest } from '@larder/core';
import { expect, test } from 'vitest';

import { readRuntimeInputs } from './runtime-inputs.ts';

type Print = SpawnRequest['onOutput'];

/** What a command does: prints, then ends, unless it is left to be stopped. */
type Behaviour = (print: Print) => Partial<ProcessExit> | 'runs on';

/** A fake of the process port: commands by their line, started at once and ended in the next turn. */
class FakeProcesses {
  readonly started: string[] = [];
  running = 0;
  mostRunning = 0;
  readonly #behaviours: Readonly<Record<string, Behaviour>>;

  constructor(behaviours: Readonly<Record<string, Behaviour>>) {
    this.#behaviours = behaviours;
  }

  readonly spawn: SpawnProcess = (request): RunningProcess => {
    const line = request.command.kind === 'shell' ? request.command.line : request.command.file;
    this.started.push(line);
    this.running += 1;
    this.mostRunning = Math.max(this.mostRunning, this.running);
    const { promise: exited, resolve } = Promise.withResolvers<ProcessExit>();
    const end = (exit: Partial<ProcessExit>) => {
      this.running -= 1;
      resolve({ exitCode: null, signal: null, spawnError: null, ...exit });
    };
    queueMicrotask(() => {
      const result = this.#behaviours[line]?.(request.onOutput) ?? { exitCode: 127 };
      if (result !== 'runs on') end(result);
    });
    const stop = async () => {
      end({ signal: 'SIGTERM' });
      await exited;
    };
    return { pid: 1, exited, send: () => {}, onMessage: () => {}, stop };
  };
}

const succeed =
  (text: string): Behaviour =>
  (print) => {
    print('stdout', Buffer.from(text));
    return { exitCode: 0 };
  };

const read = (fake: FakeProcesses, commands: readonly string[], signal = new AbortController().signal) =>
  readRuntimeInputs(commands, { cwdAbsolute: '/repo', env: {}, spawn: fake.spawn, timeoutMs: 20, signal });

async function resultOf(behaviour: Behaviour): Promise<unknown> {
  return (await read(new FakeProcesses({ command: behaviour }), ['command'])).get('command');
}

test('the text is stdout, then stderr, trimmed, with plain ends of lines', async () => {
  const result = await resultOf((print) => {
    print('stderr', Buffer.from(' warning\r\n'));
    print('stdout', Buffer.from('v26\r\nx\n'));
    return { exitCode: 0 };
  });
  expect(result).toEqual({ kind: 'output', text: 'v26\nx\nwarning' });
});

test('a character that arrives in two pieces is whole', async () => {
  const bytes = Buffer.from('größe');
  const result = await resultOf((print) => {
    print('stdout', bytes.subarray(0, 3));
    print('stdout', bytes.subarray(3));
    return { exitCode: 0 };
  });
  expect(result).toEqual({ kind: 'output', text: 'größe' });
});

test('a command that fails says how, and what it printed last', async () => {
  const result = await resultOf((print) => {
    print('stderr', Buffer.from('not found'));
    return { exitCode: 3 };
  });
  expect(result).toEqual({ kind: 'failed', detail: 'it ended with code 3: not found' });
});

test('a command that cannot be started fails', async () => {
  expect(await resultOf(() => ({ spawnError: 'ENOENT' }))).toEqual({ kind: 'failed', detail: 'ENOENT' });
});

test('a command that prints without end is stopped', async () => {
  const result = await resultOf((print) => {
    for (let count = 0; count < 20; count += 1) print('stdout', Buffer.alloc(100_000));
    return 'runs on';
  });
  expect(result).toMatchObject({ kind: 'failed', detail: expect.stringContaining('printed more than') });
});

test('a command that does not end in time is stopped', async () => {
  expect(await resultOf(() => 'runs on')).toEqual({ kind: 'failed', detail: 'it took more than 0.02 seconds' });
});

test('each command runs once, and only a few at a time', async () => {
  const commands = Array.from({ length: 50 }, (_, index) => `echo ${index % 25}`);
  const fake = new FakeProcesses(Object.fromEntries(commands.map((command) => [command, succeed(command)])));
  const results = await read(fake, commands);
  expect(results.get('echo 24')).toEqual({ kind: 'output', text: 'echo 24' });
  expect(fake.started).toHaveLength(25);
  expect(fake.mostRunning).toBeLessThanOrEqual(8);
});

test('an abort stops what runs, and rejects', async () => {
  const controller = new AbortController();
  const fake = new FakeProcesses({
    slow: () => {
      controller.abort(new Error('enough'));
      return 'runs on';
    },
  });
  await expect(read(fake, ['slow'], controller.signal)).rejects.toThrow('enough');
  expect(fake.running).toBe(0);
});
