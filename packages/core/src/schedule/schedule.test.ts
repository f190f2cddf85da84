import { expect, test } from 'vitest';
import { drawTaskGraph, type TaskOverrides } from '../fixtures/draw-graphs.ts';
import type { TaskId } from '../ids.ts';
import { prioritise } from '../plan/prioritise.ts';
import type { ContinueMode, TaskOutcome } from './outcome.ts';
import { Schedule, type Settlement } from './schedule.ts';
import { limitSlots } from './task-demand.ts';

const executed: TaskOutcome = { kind: 'executed', durationMs: 1, attempts: 1 };
const failed: TaskOutcome = { kind: 'failed', exitCode: 1, durationMs: 1, attempts: 1 };
const cancelled: TaskOutcome = { kind: 'cancelled' };

/** Drives a schedule by task names; every lookup misses. */
class Driver {
  readonly schedule: Schedule;

  constructor(
    drawing: string,
    options: {
      continueMode?: ContinueMode;
      tasks?: Record<string, TaskOverrides>;
      durations?: Record<string, number>;
    } = {},
  ) {
    const taskGraph = drawTaskGraph(drawing, options.tasks);
    const durations = new Map(Object.entries(options.durations ?? {}) as [TaskId, number][]);
    const priorities = prioritise(taskGraph, durations);
    this.schedule = new Schedule(taskGraph, {
      priorities,
      continueMode: options.continueMode ?? 'dependencies-successful',
    });
  }

  /** Looks up all that is ready, then starts what fits. */
  start(freeSlots: number = Number.POSITIVE_INFINITY): readonly string[] {
    for (const task of this.schedule.takeReady(Number.POSITIVE_INFINITY)) this.schedule.enqueue(task);
    return this.schedule.takeRunnable(limitSlots(this.schedule.occupiedSlots + freeSlots));
  }

  settle(task: string, outcome: TaskOutcome = executed): readonly string[] {
    return describe(this.schedule.settle(task as TaskId, outcome));
  }

  markReady(task: string): void {
    this.schedule.markReady(task as TaskId);
  }
}

function describe(settlements: readonly Settlement[]): readonly string[] {
  return settlements.map(({ task, outcome }) =>
    outcome.kind === 'skipped' ? `${task} skipped for ${outcome.failedDependency}` : `${task} ${outcome.kind}`,
  );
}

test('a task becomes ready when the last of its dependencies has succeeded', () => {
  const driver = new Driver('web:build -> ui:build, util:build');
  expect(driver.start()).toEqual(['ui:build', 'util:build']);
  driver.settle('ui:build');
  expect(driver.start()).toEqual([]);
  driver.settle('util:build', { kind: 'restored', from: 'remote', savedMs: 1 });
  expect(driver.start()).toEqual(['web:build']);
  driver.settle('web:build', { kind: 'up-to-date', savedMs: 1 });
  expect(driver.schedule.isFinished).toBe(true);
});

test('what has the longest path before it goes first, then what comes first by id', () => {
  const driver = new Driver('a:x\nb:x\nd:x -> c:x\nz:x', {
    durations: { 'a:x': 5, 'b:x': 5, 'c:x': 3, 'd:x': 3, 'z:x': 9 },
  });
  expect(driver.schedule.takeReady(2)).toEqual(['z:x', 'c:x']);
  expect(driver.schedule.takeReady(9)).toEqual(['a:x', 'b:x']);
});

test('no more tasks start than slots are free, the most urgent first', () => {
  const driver = new Driver('a:x\nb:x\nc:x', { durations: { 'a:x': 1, 'b:x': 2, 'c:x': 3 } });
  expect(driver.start(2)).toEqual(['c:x', 'b:x']);
  expect(driver.schedule.occupiedSlots).toBe(2);
  expect(driver.start(0)).toEqual([]);
  driver.settle('b:x');
  expect(driver.start(1)).toEqual(['a:x']);
});

test('a hit settles a task without a slot', () => {
  const driver = new Driver('web:build');
  const [task] = driver.schedule.takeReady(1);
  expect(driver.settle(task!, { kind: 'up-to-date', savedMs: 3 })).toEqual([]);
  expect(driver.schedule.countsByState).toMatchObject({ settled: 1, running: 0 });
});

const drawing = 'd:x -> c:x\nc:x -> b:x, other:x\nother:x -> first:x\nlater:x -> other:x';

test('after a failure its dependents are skipped at once, and the rest goes on', () => {
  const driver = new Driver(drawing);
  driver.start();
  expect(driver.settle('b:x', failed)).toEqual(['c:x skipped for b:x', 'd:x skipped for b:x']);
  driver.settle('first:x');
  expect(driver.start()).toEqual(['other:x']);
});

test('with never, dependents are skipped, all else that has not started is cancelled, what runs may end', () => {
  const driver = new Driver(drawing, { continueMode: 'never' });
  expect(driver.start()).toEqual(['first:x', 'b:x']);
  expect(driver.settle('b:x', failed)).toEqual([
    'c:x skipped for b:x',
    'd:x skipped for b:x',
    'later:x cancelled',
    'other:x cancelled',
  ]);
  expect(driver.schedule.isFinished).toBe(false);
  expect(driver.settle('first:x')).toEqual([]);
  expect(driver.schedule.isFinished).toBe(true);
});

test('with never, a second failure changes nothing more', () => {
  const driver = new Driver('a:x\nb:x\nd:x -> c:x\nc:x -> b:x', { continueMode: 'never' });
  driver.start();
  driver.settle('a:x', failed);
  expect(driver.settle('b:x', failed)).toEqual([]);
  expect(driver.schedule.isFinished).toBe(true);
});

test('with always, dependents run although a dependency failed', () => {
  const driver = new Driver('web:build -> ui:build', { continueMode: 'always' });
  driver.start();
  expect(driver.settle('ui:build', failed)).toEqual([]);
  expect(driver.start()).toEqual(['web:build']);
});

test('what depends on a cancelled task is cancelled, in every mode', () => {
  for (const continueMode of ['never', 'dependencies-successful', 'always'] as const) {
    const driver = new Driver('web:build -> ui:build\nother:build', { continueMode });
    driver.start();
    expect(driver.settle('ui:build', cancelled)).toEqual(['web:build cancelled']);
    expect(driver.schedule.stateOf('other:build' as TaskId)).toBe('running');
  }
});

test('cancelling the rest leaves what was handed out to the caller', () => {
  const driver = new Driver('a:x\nb:x\nc:x\nd:x -> a:x');
  const [running, looking] = driver.schedule.takeReady(2);
  driver.schedule.enqueue(running!);
  driver.schedule.takeRunnable(limitSlots(1));
  expect(describe(driver.schedule.cancelRemaining())).toEqual(['c:x cancelled', 'd:x cancelled']);
  expect(describe(driver.schedule.enqueue(looking!))).toEqual([`${looking} cancelled`]);
  expect(driver.schedule.cancelRemaining()).toEqual([]);
  expect(driver.start()).toEqual([]);
  driver.settle(running!, cancelled);
  expect(driver.schedule.isFinished).toBe(true);
});

test('a lookup that ends in a hit after the cancellation still counts as a hit', () => {
  const driver = new Driver('a:x');
  driver.schedule.takeReady(1);
  driver.schedule.cancelRemaining();
  driver.settle('a:x', { kind: 'up-to-date', savedMs: 0 });
  expect(driver.schedule.isFinished).toBe(true);
});

const alone = { parallelism: false };

test('a task without parallelism waits until the machine is free, and has it for itself', () => {
  const driver = new Driver('a:x\nb:x\nc:x', { tasks: { 'b:x': alone }, durations: { 'a:x': 3, 'b:x': 2, 'c:x': 1 } });
  expect(driver.start(4)).toEqual(['a:x']);
  expect(driver.start(3)).toEqual([]);
  driver.settle('a:x');
  expect(driver.start(4)).toEqual(['b:x']);
  expect(driver.start(3)).toEqual([]);
  driver.settle('b:x');
  expect(driver.start(4)).toEqual(['c:x']);
});

test('more urgent tasks that come later do not overtake one that waits to run alone', () => {
  const driver = new Driver('a:x\nb:x\nz:x -> c:x\nc:x -> a:x', { tasks: { 'b:x': alone } });
  expect(driver.start()).toEqual(['a:x']);
  driver.settle('a:x');
  expect(driver.start()).toEqual(['b:x']);
  driver.settle('b:x');
  expect(driver.start()).toEqual(['c:x']);
});

test('one that waits to run alone can be cancelled', () => {
  const driver = new Driver('a:x\nb:x', { tasks: { 'b:x': alone } });
  driver.start();
  driver.schedule.cancelRemaining();
  driver.settle('a:x');
  expect(driver.start()).toEqual([]);
  expect(driver.schedule.isFinished).toBe(true);
});

const server = { continuous: true, requested: false };

test('dependents of a continuous task start when it is ready, without a slot for it', () => {
  const driver = new Driver('web:e2e -> web:serve', { tasks: { 'web:serve': server } });
  expect(driver.start(0)).toEqual(['web:serve']);
  expect(driver.schedule.occupiedSlots).toBe(0);
  expect(driver.start(1)).toEqual([]);
  driver.markReady('web:serve');
  expect(driver.start(1)).toEqual(['web:e2e']);
});

test('of the dependents of a continuous task that has started, those wait that wait for it to be ready', () => {
  const driver = new Driver('web:e2e => web:serve\nweb:log -> web:serve', { tasks: { 'web:serve': server } });
  expect(driver.start()).toEqual(['web:serve']);
  driver.schedule.markStarted('web:serve' as TaskId);
  expect(driver.start()).toEqual(['web:log']);
  driver.markReady('web:serve');
  expect(driver.start()).toEqual(['web:e2e']);
});

test('a continuous task that ends after it was ready does not count twice', () => {
  const driver = new Driver('web:e2e -> web:serve, web:build', { tasks: { 'web:serve': server } });
  driver.start();
  driver.markReady('web:serve');
  driver.settle('web:serve');
  expect(driver.start()).toEqual([]);
  driver.settle('web:build');
  expect(driver.start()).toEqual(['web:e2e']);
});

test('no continuous task starts while another task runs alone', () => {
  const driver = new Driver('a:x\nweb:e2e -> web:serve\nweb:serve -> b:x', {
    tasks: { 'a:x': alone, 'web:serve': server },
  });
  driver.start();
  driver.settle('b:x');
  expect(driver.schedule.takeReady(1)).toEqual(['web:serve']);
  expect(driver.schedule.takeRunnable(limitSlots(1))).toEqual(['a:x']);
  driver.schedule.enqueue('web:serve' as TaskId);
  expect(driver.start()).toEqual([]);
  driver.settle('a:x');
  expect(driver.start()).toEqual(['web:serve']);
});

test('a continuous task is to be stopped when all is settled that may need it, those further up included', () => {
  const driver = new Driver('web:e2e -> web:seed\nweb:seed -> web:serve\nweb:serve -> api:serve', {
    tasks: { 'web:serve': server, 'api:serve': server },
  });
  driver.start();
  driver.markReady('api:serve');
  driver.start();
  driver.markReady('web:serve');
  driver.start();
  driver.settle('web:seed');
  expect(driver.schedule.takeStoppable()).toEqual([]);
  driver.start();
  driver.settle('web:e2e', failed);
  expect(driver.schedule.takeStoppable()).toEqual(['web:serve']);
  expect(driver.schedule.takeStoppable()).toEqual([]);
  driver.settle('web:serve');
  expect(driver.schedule.takeStoppable()).toEqual(['api:serve']);
});

test('a continuous task that was requested goes on', () => {
  const driver = new Driver('web:e2e -> web:serve', { tasks: { 'web:serve': { continuous: true } } });
  driver.start();
  driver.markReady('web:serve');
  driver.start();
  driver.settle('web:e2e');
  expect(driver.schedule.takeStoppable()).toEqual([]);
  expect(driver.schedule.isFinished).toBe(false);
});

test('a continuous task that nobody needs any more is not started', () => {
  const driver = new Driver('web:e2e -> web:serve, web:lint\nweb:serve -> web:build', {
    tasks: { 'web:serve': server },
  });
  driver.start();
  expect(driver.settle('web:lint', failed)).toEqual(['web:e2e skipped for web:lint', 'web:serve cancelled']);
});

test('when a continuous task fails, dependents that have not started are skipped and running ones may end', () => {
  const driver = new Driver('a:e2e -> web:serve\nb:e2e -> web:serve\nc:e2e -> web:serve', {
    tasks: { 'web:serve': server },
    durations: { 'a:e2e': 3, 'b:e2e': 2, 'c:e2e': 1 },
  });
  driver.start();
  driver.markReady('web:serve');
  driver.start(1);
  expect(driver.settle('web:serve', failed)).toEqual(['b:e2e skipped for web:serve', 'c:e2e skipped for web:serve']);
  expect(driver.settle('a:e2e', failed)).toEqual([]);
  expect(driver.schedule.isFinished).toBe(true);
});

test('calls that make no sense in the state of the task throw', () => {
  const driver = new Driver('web:build -> ui:build');
  expect(() => driver.schedule.enqueue('ui:build' as TaskId)).toThrow('ui:build is ready, not looking-up');
  expect(() => driver.markReady('web:build')).toThrow('web:build is waiting, not running');
  expect(() => driver.settle('none:build')).toThrow('none:build is not in the task graph');
  driver.settle('ui:build');
  expect(() => driver.settle('ui:build')).toThrow('ui:build has settled before');
});
