import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawTaskGraph, type TaskOverrides } from '../fixtures/draw-graphs.ts';
import { RandomRun, type Scenario } from '../fixtures/random-run.ts';
import type { TaskId } from '../ids.ts';
import { prioritise } from '../plan/prioritise.ts';
import type { TaskGraph } from '../task-graph/task-graph.ts';
import type { ContinueMode } from './outcome.ts';
import { Schedule } from './schedule.ts';
import { limitSlots } from './task-demand.ts';

const flags = fc.record({
  continuous: fc.nat({ max: 5 }).map((one) => one === 0),
  requested: fc.boolean(),
  parallelism: fc.nat({ max: 3 }).map((one) => one > 0),
});

const scenarios: fc.Arbitrary<Scenario> = fc
  .integer({ min: 1, max: 12 })
  .chain((size) =>
    fc.record({
      overrides: fc.array(flags, { minLength: size, maxLength: size }),
      edges: fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: size * 2 }),
      continueMode: fc.constantFrom<ContinueMode>('never', 'dependencies-successful', 'always'),
      slots: fc.integer({ min: 1, max: 4 }),
      choices: fc.array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 60 }),
    }),
  )
  .map(({ overrides, edges, ...rest }) => ({ ...rest, taskGraph: drawScenario(overrides, edges) }));

function drawScenario(overrides: readonly TaskOverrides[], edges: readonly (readonly [number, number])[]): TaskGraph {
  const lines = [
    ...overrides.map((_, index) => `p:${index}`),
    ...edges.filter(([from, to]) => from > to).map(([from, to]) => `p:${from} -> p:${to}`),
  ];
  return drawTaskGraph(lines.join('\n'), Object.fromEntries(overrides.map((one, index) => [`p:${index}`, one])));
}

test('every task settles exactly once, after its dependencies, in slots, alone where it must be', () => {
  fc.assert(
    fc.property(scenarios, (scenario) => {
      const run = new RandomRun(scenario);
      run.finish();
      expect([...run.outcomes.keys()].sort()).toEqual([...scenario.taskGraph.tasks.keys()]);
    }),
    { numRuns: 300 },
  );
});

test('the same holds where settled tasks are executed again, and the last outcomes fit together', () => {
  fc.assert(
    fc.property(scenarios, fc.integer({ min: 1, max: 6 }), (scenario, restarts) => {
      const { taskGraph, continueMode } = scenario;
      const run = new RandomRun({ ...scenario, restarts });
      run.finish();
      expect([...run.outcomes.keys()].sort()).toEqual([...taskGraph.tasks.keys()]);
      for (const [task, outcome] of run.outcomes) {
        const { continuous, requested } = taskGraph.tasks.get(task)!;
        // A server that nobody needs any more stays as it is.
        if (outcome.kind !== 'skipped' || (continuous && !requested)) continue;
        expect(continueMode).not.toBe('always');
        expect(run.outcomes.get(outcome.failedDependency)?.kind).toBe('failed');
        expect(findDependencies(taskGraph, task)).toContain(outcome.failedDependency);
      }
    }),
    { numRuns: 600 },
  );
});

test('what is skipped depends on a task that failed', () => {
  fc.assert(
    fc.property(scenarios, (scenario) => {
      const run = new RandomRun(scenario);
      run.finish();
      for (const [task, outcome] of run.outcomes) {
        if (outcome.kind !== 'skipped') continue;
        expect(scenario.continueMode).not.toBe('always');
        expect(run.outcomes.get(outcome.failedDependency)?.kind).toBe('failed');
        expect(findDependencies(scenario.taskGraph, task)).toContain(outcome.failedDependency);
      }
    }),
    { numRuns: 150 },
  );
});

test('unless told to stop at a failure, all runs that is requested and depends on nothing that failed', () => {
  fc.assert(
    fc.property(scenarios, (scenario) => {
      fc.pre(scenario.continueMode !== 'never');
      const run = new RandomRun(scenario);
      run.finish();
      const hasFailed = (task: TaskId): boolean => run.outcomes.get(task)?.kind === 'failed';
      const mayRun = (task: TaskId): boolean =>
        scenario.continueMode === 'always' || ![...findDependencies(scenario.taskGraph, task)].some(hasFailed);
      const { tasks } = scenario.taskGraph;
      const due = [...tasks.values()].filter((task) => task.requested && mayRun(task.id));
      const kinds = new Set(due.map((task) => run.outcomes.get(task.id)?.kind));
      expect(['executed', 'failed', 'up-to-date']).toEqual(expect.arrayContaining([...kinds]));
    }),
    { numRuns: 150 },
  );
});

function findDependencies(taskGraph: TaskGraph, start: TaskId): ReadonlySet<TaskId> {
  const found = new Set([start]);
  for (const one of found) {
    for (const { dependency } of taskGraph.dependencies.get(one) ?? []) found.add(dependency);
  }
  found.delete(start);
  return found;
}

test('twenty thousand tasks come to an end', { timeout: 30_000 }, () => {
  const names = Array.from({ length: 20_000 }, (_, index) => `p:${index}`);
  const lines = names.map((name, index) =>
    index < 10 ? name : `${name} -> ${names[index - 10]}, ${names[index >> 1]}`,
  );
  const taskGraph = drawTaskGraph(lines.join('\n'));
  const priorities = prioritise(taskGraph, new Map());
  const schedule = new Schedule(taskGraph, { priorities, continueMode: 'never' });
  let steps = 0;
  while (!schedule.isFinished) {
    for (const task of schedule.takeReady(100)) schedule.enqueue(task);
    for (const task of schedule.takeRunnable(limitSlots(8)))
      schedule.settle(task, { kind: 'executed', durationMs: 1, attempts: 1 });
    steps++;
  }
  expect(steps).toBeLessThanOrEqual(20_000);
});
