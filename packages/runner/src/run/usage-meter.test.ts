import type { ProcessExit, ProcessUsage, SpawnProcess, SpawnRequest } from '@larder/core';
import { expect, test } from 'vitest';
import { UsageMeter } from './usage-meter.ts';

interface FakeProcess {
  readonly request: SpawnRequest;
  readonly exit: (facts: Partial<ProcessExit>) => Promise<void>;
}

/** Starts processes that do what the test says. */
function createMeter(pid: number | null = 1): { readonly meter: UsageMeter; readonly start: () => FakeProcess } {
  const started: FakeProcess[] = [];
  const spawn: SpawnProcess = (request) => {
    const exited = Promise.withResolvers<ProcessExit>();
    const exit = async (facts: Partial<ProcessExit>): Promise<void> => {
      exited.resolve({ exitCode: 0, signal: null, spawnError: null, ...facts });
      await exited.promise;
    };
    started.push({ request, exit });
    return { pid, exited: exited.promise, send: () => {}, onMessage: () => {}, stop: () => Promise.resolve() };
  };
  const meter = new UsageMeter(spawn);
  const start = (): FakeProcess => {
    const command = { kind: 'shell', line: 'true' } as const;
    meter.spawn({ command, cwdAbsolute: '/', env: {}, ipc: false, onOutput: () => {} });
    return started.at(-1)!;
  };
  return { meter, start };
}

function hold(process: FakeProcess, residentBytes: number, peakBytes = residentBytes): void {
  process.request.onUsage?.({ residentBytes, peakBytes, cpuMs: 5 } satisfies ProcessUsage);
}

test('processes that run together hold their memory together, those that follow each other do not', async () => {
  const { meter, start } = createMeter();
  const [first, second] = [start(), start()];
  hold(first, 100);
  hold(second, 50, 70);
  expect(meter.residentBytes).toBe(150);
  await Promise.all([first.exit({ cpuMs: 10 }), second.exit({ cpuMs: 20 })]);
  expect(meter.residentBytes).toBe(0);
  const third = start();
  hold(third, 90, 120);
  await third.exit({ cpuMs: 30 });
  expect(meter.usage).toEqual({ cpuMs: 60, peakMemoryBytes: 150 });
});

test('what running processes took counts at once, and is not counted twice when they end', async () => {
  const { meter, start } = createMeter();
  const [first, second] = [start(), start()];
  hold(first, 100);
  hold(second, 100);
  expect(meter.cpuMs).toBe(10);
  await first.exit({ cpuMs: 8 });
  expect(meter.cpuMs).toBe(13);
  await second.exit({ cpuMs: null });
  expect(meter.cpuMs).toBe(13);
});

test('one process of which the time is not known leaves the sum unknown', async () => {
  const { meter, start } = createMeter();
  await start().exit({ cpuMs: 10 });
  await start().exit({ cpuMs: null });
  await start().exit({ cpuMs: 10 });
  expect(meter.usage).toEqual({ cpuMs: null, peakMemoryBytes: null });
});

test('a process that could not be started took nothing', () => {
  const { meter, start } = createMeter(null);
  start();
  expect(meter.usage).toBe(null);
});
