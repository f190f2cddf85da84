import type { MachinePressure, TaskDemand, TaskId } from '@larder/core';
import { expect, test } from 'vitest';
import { RunFixture } from '../fakes/run-fixture.ts';
import type { MachineGauge } from './run-request.ts';

const calm: MachinePressure = { cpuStall: 0.4, memoryStall: 0, availableBytes: null, swapOutBytesPerSecond: 0 };
const names = ['a:x', 'b:x', 'c:x', 'd:x'];

interface Given {
  readonly pressureAt: (ms: number) => Partial<MachinePressure>;
  readonly memoryBytes?: number;
  readonly durationMs?: number;
}

/** Four tasks that take so long, on two slots and two cores. */
function fixtureOf({ pressureAt, memoryBytes = 0, durationMs = 2000 }: Given): RunFixture {
  const demand: TaskDemand = { weight: 1, resources: new Map(), memoryBytes };
  const gauge: MachineGauge = {
    cores: 2,
    pressure: () => ({ ...calm, ...pressureAt(fixture.machine.clock.now()) }),
    after: (ms) => fixture.machine.after(ms),
  };
  const fixture: RunFixture = new RunFixture({
    tasks: Object.fromEntries(names.map((name) => [name, []])),
    behaviours: Object.fromEntries(names.map((name) => [name, { durationMs }])),
    request: { shared: { demands: new Map(names.map((name) => [name as TaskId, demand])), resources: new Map() } },
    ports: { gauge },
  });
  return fixture;
}

const startsOf = (fixture: RunFixture): readonly number[] => fixture.of('task-started').map(({ at }) => at);

test('a machine that swaps starts nothing more while a task runs', async () => {
  const fixture = fixtureOf({ pressureAt: () => ({ swapOutBytesPerSecond: 1e8 }) });
  await fixture.run();
  expect(startsOf(fixture)).toEqual([0, 2000, 4000, 6000]);
});

test('when the pressure goes down, what waits starts soon, without any task ending first', async () => {
  const fixture = fixtureOf({ pressureAt: (ms) => ({ memoryStall: ms < 600 ? 0.5 : 0 }), durationMs: 10_000 });
  await fixture.run();
  expect(startsOf(fixture)).toEqual([0, 1000, 10_000, 11_000]);
});

test('memory that tasks have held before is kept for them', async () => {
  const fixture = fixtureOf({ pressureAt: () => ({ availableBytes: 1000 }), memoryBytes: 600 });
  await fixture.run();
  expect(startsOf(fixture)).toEqual([0, 2000, 4000, 6000]);
});

test('cores that idle get more tasks than there are slots, up to twice the cores', async () => {
  const fixture = fixtureOf({ pressureAt: () => ({ cpuStall: 0 }) });
  await fixture.run();
  expect(startsOf(fixture)).toEqual([0, 0, 500, 1000]);
});

test('cores that are fought over get fewer', async () => {
  const fixture = fixtureOf({ pressureAt: () => ({ cpuStall: 1 }) });
  await fixture.run();
  expect(startsOf(fixture)).toEqual([0, 2000, 4000, 6000]);
});

test('nobody is asked for where the slots are fixed', async () => {
  const fixture = new RunFixture({ tasks: { 'a:x': [], 'b:x': [], 'c:x': [] } });
  await fixture.run();
  expect(startsOf(fixture)).toEqual([0, 0, 10]);
});
