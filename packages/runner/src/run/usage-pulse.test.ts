import { tmpdir } from 'node:os';
import type { MachineLoad } from '@larder/core';
import { expect, test } from 'vitest';
import { builtinExecutors } from '../executors/builtin-executors.ts';
import { RunFixture } from '../fakes/run-fixture.ts';
import { createSpawnProcess } from '../process/spawn-process.ts';

const load: MachineLoad = { cores: 4, loadAverage: 1.5, freeMemoryBytes: 1000 };
const spawn = createSpawnProcess({ stopGraceMs: 200, outputDrainMs: 200, guard: null });

function fixtureOf(machineLoad?: () => MachineLoad): RunFixture {
  const line = `"${process.execPath}" -e 'while (process.cpuUsage().user < 400000 || performance.now() < 2500) Math.random()'`;
  return new RunFixture({
    tasks: { 'a:burn': [], 'b:burn': [] },
    overrides: Object.fromEntries(
      ['a:burn', 'b:burn'].map((id) => [
        id,
        { definition: { executor: 'nx:run-commands' }, options: { command: line } },
      ]),
    ),
    ports: {
      executors: builtinExecutors,
      spawn,
      clock: { now: () => performance.now(), epochMs: () => Date.now() },
      workspaceRootAbsolute: tmpdir(),
      ...(machineLoad !== undefined && { machineLoad }),
    },
  });
}

test.runIf(process.platform === 'linux')('what running tasks use is told about once a second', async () => {
  const fixture = fixtureOf(() => load);
  await fixture.runInRealTime();
  const samples = fixture.of('usage-sampled');
  expect(samples.length).toBeGreaterThan(0);
  for (const { busyCores, residentBytes, machine } of samples) {
    expect(busyCores).toBeGreaterThan(0);
    // Two processes of Node that share most of what they hold.
    expect(residentBytes).toBeGreaterThan(40 * 1024 * 1024);
    expect(machine).toEqual(load);
  }
  expect(fixture.of('run-started')).toHaveLength(1);
});

test.runIf(process.platform === 'linux')('nothing is told where nobody follows the run live', async () => {
  const fixture = fixtureOf();
  await fixture.runInRealTime();
  expect(fixture.of('usage-sampled')).toEqual([]);
});
