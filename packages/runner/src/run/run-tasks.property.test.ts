import type { Reporter, Task, TaskId } from '@larder/core';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { FakeCache } from '../fakes/fake-cache.ts';
import type { Behaviour } from '../fakes/fake-machine.ts';
import { RunFixture, hashOf } from '../fakes/run-fixture.ts';
import { RunControl } from './run-control.ts';

interface World {
  readonly tasks: Readonly<Record<string, readonly string[]>>;
  readonly behaviours: Readonly<Record<string, Behaviour>>;
  readonly overrides: Readonly<Record<string, Partial<Task>>>;
  readonly cached: readonly string[];
  readonly slots: number;
  readonly continueMode: 'never' | 'dependencies-successful' | 'always';
  readonly abortAfterMs: number | null;
  /** Interrupts from within what watches, while that event is being told. */
  readonly abortAtEvent: number | null;
  /** At such events one of the tasks is restarted, whatever it does. */
  readonly restartAtEvents: readonly number[];
}

const oneIn = (count: number): fc.Arbitrary<boolean> => fc.nat(count - 1).map((value) => value === 0);

const node = fc.record({
  /** Positions of earlier tasks, so that there is no cycle. */
  dependencies: fc.uniqueArray(fc.nat(30), { maxLength: 3 }),
  behaviour: fc.record({
    durationMs: fc.integer({ min: 1, max: 50 }),
    exitCode: oneIn(6).map((fails) => (fails ? 1 : 0)),
    readyAfterMs: fc.integer({ min: 0, max: 60 }),
  }),
  endless: fc.boolean(),
  continuous: oneIn(6),
  cache: fc.boolean(),
  parallelism: oneIn(8).map((alone) => !alone),
  cached: oneIn(4),
});

const world: fc.Arbitrary<World> = fc
  .record({
    nodes: fc.array(node, { minLength: 1, maxLength: 14 }),
    slots: fc.integer({ min: 1, max: 4 }),
    continueMode: fc.constantFrom('never', 'dependencies-successful', 'always'),
    abortAfterMs: fc.option(fc.integer({ min: 0, max: 150 }), { nil: null }),
    abortAtEvent: fc.option(fc.nat(60), { nil: null }),
    restartAtEvents: fc.uniqueArray(fc.nat(60), { maxLength: 12 }),
  })
  .map(({ nodes, ...settings }) => {
    const id = (position: number): string => `p${String(position).padStart(2, '0')}:run`;
    const needed = new Set(
      nodes.flatMap(({ dependencies }, position) => dependencies.filter((other) => other < position)),
    );
    const entries = nodes.map((entry, position) => {
      // What nobody needs is there because a person asked for it, and then runs until it ends by itself.
      const requested = !needed.has(position);
      const earlier = entry.dependencies.filter((other) => other < position).map(id);
      const { durationMs, ...endless } = entry.behaviour;
      const behaviour = entry.continuous && entry.endless && !requested ? endless : { ...endless, durationMs };
      return { id: id(position), earlier, behaviour, entry, requested };
    });
    return {
      tasks: Object.fromEntries(entries.map((entry) => [entry.id, entry.earlier])),
      behaviours: Object.fromEntries(entries.map((entry) => [entry.id, entry.behaviour])),
      overrides: Object.fromEntries(
        entries.map(({ id: name, requested, entry: { continuous, cache, parallelism } }) => [
          name,
          { continuous, cache, parallelism, requested },
        ]),
      ),
      cached: entries.filter(({ entry }) => entry.cached).map((entry) => entry.id),
      ...settings,
    };
  });

async function runWorld(given: World): Promise<RunFixture> {
  const { tasks, behaviours, overrides, slots, continueMode } = given;
  const cache = new FakeCache();
  for (const id of given.cached) cache.entries.set(hashOf(id), { terminalOutput: Buffer.from(id), durationMs: 5 });
  const watch: Reporter = {
    onEvent: ({ type }) => {
      // With its last event a run has ended: there is nothing left to interrupt.
      if (type === 'run-finished') return;
      const count = fixture.events.length;
      if (count === given.abortAtEvent) fixture.abort.abort();
      if (!given.restartAtEvents.includes(count)) return;
      // Most often one that has settled, and now and then one that runs or waits.
      const ids = fixture.of('task-settled').map((event) => event.task);
      const task = (count % 5 === 0 ? undefined : ids[count % ids.length]) ?? [...fixture.graph.tasks.keys()][0]!;
      // As a person at a keyboard: after the runner has done what the event tells of.
      queueMicrotask(() => control.restart(task, { withInput: false }));
    },
    close: () => Promise.resolve(),
  };
  const request = { slots, continueMode };
  const control = new RunControl();
  const ports = { control };
  const fixture: RunFixture = new RunFixture({
    tasks,
    behaviours,
    overrides,
    cache,
    request,
    ports,
    reporters: [watch],
  });
  cache.onStore = () => fixture.machine.after(7);
  cache.onRestore = () => fixture.machine.after(3);
  if (given.abortAfterMs !== null) void fixture.machine.after(given.abortAfterMs).then(() => fixture.abort.abort());
  await fixture.run();
  return fixture;
}

const check = (property: (fixture: RunFixture, given: World) => void): Promise<void> =>
  fc.assert(
    fc.asyncProperty(world, async (given) => property(await runWorld(given), given)),
    { numRuns: 150 },
  );

test('every task settles once, and once more for each time it was reopened, between the first event and the last', async () => {
  await check((fixture) => {
    const settled = fixture.of('task-settled').map(({ task }) => task);
    const reopened = fixture.of('tasks-reopened').flatMap(({ tasks }) => tasks);
    expect(settled.toSorted()).toEqual([...fixture.graph.tasks.keys(), ...reopened].toSorted());
    expect(fixture.events[0]?.type).toBe('run-started');
    expect(fixture.events.at(-1)?.type).toBe('run-finished');
    expect(fixture.sequence('run-started', 'run-finished')).toHaveLength(2);
  });
});

test('nothing is left running, and nothing happens to a task after it has settled, unless it is reopened', async () => {
  await check((fixture) => {
    expect([...fixture.machine.executing]).toEqual([]);
    const settled = new Set<TaskId>();
    for (const event of fixture.events) {
      const reopened = event.type === 'tasks-reopened' ? event.tasks : [];
      expect(reopened.filter((task) => !settled.delete(task))).toEqual([]);
      if (!('task' in event) || event.task === null) continue;
      expect(settled.has(event.task)).toBe(false);
      if (event.type === 'task-settled') settled.add(event.task);
    }
  });
});

test('a task is looked up and started only after its dependencies have settled or are up', async () => {
  await check((fixture) => {
    const available = new Set<TaskId>();
    // A lookup that goes on when a dependency is reopened comes to its end, and is made again if it is a miss.
    const hasReopened = fixture.of('tasks-reopened').length > 0;
    for (const event of fixture.events) {
      if (event.type === 'task-settled') available.add(event.task);
      if (event.type === 'tasks-reopened') for (const task of event.tasks) available.delete(task);
      if (event.type !== 'task-started' && (event.type !== 'task-hashed' || hasReopened)) continue;
      const dependencies = fixture.graph.dependencies.get(event.task) ?? [];
      expect(dependencies.filter(({ dependency }) => !available.has(dependency))).toEqual([]);
      // None of these edges waits for a continuous task to be ready: that it has started is enough.
      if (event.type === 'task-started' && fixture.graph.tasks.get(event.task)?.continuous === true) {
        available.add(event.task);
      }
    }
  });
});

test('executions never take more than the slots, continuous tasks aside', async () => {
  await check((fixture, { slots }) => {
    expect(fixture.machine.mostAtOnce).toBeLessThanOrEqual(slots);
  });
});

test('only successes are stored, and the exit code says whether all went well', async () => {
  await check((fixture) => {
    const executed = new Set(
      fixture.of('task-settled').flatMap(({ task, outcome }) => (outcome.kind === 'executed' ? [task] : [])),
    );
    const stored = fixture.cache.log
      .filter((entry) => entry.startsWith('store '))
      .map((entry) => entry.slice(6) as TaskId);
    expect(stored.filter((id) => !executed.has(id))).toEqual([]);
    const finished = fixture.of('run-finished')[0];
    const failed = (finished?.tasks.failed ?? 0) > 0;
    expect(finished?.exitCode).toBe(fixture.abort.signal.aborted ? 130 : failed ? 1 : 0);
  });
});

test('the same world goes the same way twice', async () => {
  await fc.assert(
    fc.asyncProperty(world, async (given) => {
      const [first, second] = [await runWorld(given), await runWorld(given)];
      expect(second.events).toEqual(first.events);
    }),
    { numRuns: 40 },
  );
});
