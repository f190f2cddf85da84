import { tmpdir } from 'node:os';
import type { ProcessUsage, SpawnRequest } from '@larder/core';
import { describe, expect, test } from 'vitest';
import { parseAuxiliaryVector } from './kernel-units.ts';
import { measureTrees } from './measure-trees.ts';
import type { ProcessFacts } from './process-table.ts';
import { createSpawnProcess } from './spawn-process.ts';

const megabyte = 1024 * 1024;
const spawnProcess = createSpawnProcess({ stopGraceMs: 300, outputDrainMs: 200, guard: null });

function start(line: string, more: Partial<SpawnRequest> = {}): ReturnType<typeof spawnProcess> {
  const env = { PATH: process.env.PATH ?? '', NODE: process.execPath };
  const command = { kind: 'shell', line } as const;
  return spawnProcess({ command, cwdAbsolute: tmpdir(), env, ipc: false, onOutput: () => {}, ...more });
}

/** Works until its own CPU time has reached this, however busy the machine is. */
const burn = (ms: number): string => `"$NODE" -e 'while (process.cpuUsage().user < ${ms * 1000}) Math.random()'`;

describe.runIf(process.platform === 'linux')('what a process took', () => {
  test('CPU time counts the processes that the shell has waited for', async () => {
    const { cpuMs } = await start(`${burn(150)}; ${burn(150)}; true`, { onUsage: () => {} }).exited;
    expect(cpuMs).toBeGreaterThanOrEqual(300);
    expect(cpuMs).toBeLessThan(5_000);
  });

  test('a process that did nothing took next to nothing', async () => {
    const { cpuMs } = await start('true', { onUsage: () => {} }).exited;
    expect(cpuMs ?? 0).toBeLessThanOrEqual(20);
  });

  test('the memory of the whole tree is seen while it runs', async () => {
    const script = `const held = Buffer.alloc(100 * ${megabyte}, 1); process.stdin.resume(); held.at(0)`;
    const enough = Promise.withResolvers<ProcessUsage>();
    const onUsage = (memory: ProcessUsage): void => {
      if (memory.residentBytes > 200 * megabyte) enough.resolve(memory);
    };
    const line = `sleep 60 | "$NODE" -e '${script}' & sleep 60 | "$NODE" -e '${script}'; wait`;
    const running = start(line, { onUsage });
    const { residentBytes, peakBytes } = await enough.promise;
    await running.stop();
    expect(peakBytes).toBeGreaterThanOrEqual(residentBytes);
    expect(residentBytes).toBeLessThan(1000 * megabyte);
  });

  test('what a process has held and given back counts for its peak', async () => {
    const peak = Promise.withResolvers<number>();
    const script = `let held = Buffer.alloc(150 * ${megabyte}, 1); held = null; gc(); process.stdin.resume()`;
    const onUsage = ({ residentBytes, peakBytes }: ProcessUsage): void => {
      if (peakBytes > 150 * megabyte && residentBytes < 150 * megabyte) peak.resolve(peakBytes);
    };
    const running = start(`sleep 60 | "$NODE" --expose-gc -e '${script}'`, { onUsage });
    expect(await peak.promise).toBeGreaterThan(150 * megabyte);
    await running.stop();
  });

  test('nobody looks at a process that nobody asks about', async () => {
    expect((await start(burn(80)).exited).cpuMs).toBeNull();
  });
});

const facts = (pid: number, parent: number, other: Partial<ProcessFacts> = {}): ProcessFacts => ({
  pid,
  parent,
  group: pid,
  session: pid,
  startedAtTicks: '1',
  zombie: false,
  cpuTicks: 1,
  residentPages: pid,
  ...other,
});

test('a process counts for the nearest leader above it, wherever its session went', () => {
  const table = [
    facts(1, 0),
    facts(10, 1),
    facts(11, 10, { session: 10, group: 11 }),
    facts(12, 11),
    facts(20, 10),
    facts(21, 20, { session: 20 }),
    facts(30, 1),
  ];
  const measures = measureTrees(table, new Set([10, 20, 40]));
  expect([...measures].map(([leader, { residentPages, cpuTicks }]) => [leader, residentPages, cpuTicks])).toEqual([
    [10, 33, 3],
    [20, 41, 2],
  ]);
  expect(measures.get(20)?.largest.pid).toBe(21);
});

test('parents that form a circle end the climb', () => {
  expect(measureTrees([facts(5, 6), facts(6, 5)], new Set([10])).size).toBe(0);
});

test('the units come from the auxiliary vector, and none from anything else', () => {
  const vector = new BigUint64Array([6n, 16384n, 17n, 250n, 0n, 0n]);
  expect(parseAuxiliaryVector(new Uint8Array(vector.buffer))).toEqual({ pageBytes: 16384, tickMs: 4 });
  expect(parseAuxiliaryVector(new Uint8Array(7))).toBeNull();
  expect(parseAuxiliaryVector(new Uint8Array(64))).toBeNull();
});
