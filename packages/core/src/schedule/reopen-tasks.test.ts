import { expect, test } from 'vitest';
import { drawTaskGraph, type TaskOverrides } from '../fixtures/draw-graphs.ts';
import type { TaskId } from '../ids.ts';
import type { ContinueMode, TaskOutcome } from './outcome.ts';
import { Schedule } from './schedule.ts';
import { limitSlots } from './task-demand.ts';

const executed: TaskOutcome = { kind: 'executed', durationMs: 1, attempts: 1 };
const failed: TaskOutcome = { kind: 'failed', exitCode: 1, durationMs: 1, attempts: 1 };
const server = { continuous: true, requested: false };

/** Every lookup misses, and there are slots for all. */
class Driver {
  readonly schedule: Schedule;

  constructor(drawing: string, tasks: Record<string, TaskOverrides> = {}, continueMode?: ContinueMode) {
    const taskGraph = drawTaskGraph(drawing, tasks);
    this.schedule = new Schedule(taskGraph, {
      priorities: new Map(),
      continueMode: continueMode ?? 'dependencies-successful',
    });
  }

  start(): readonly string[] {
    for (const task of this.schedule.takeReady(99)) this.schedule.enqueue(task);
    return this.schedule.takeRunnable(limitSlots(99));
  }

  settle(task: string, outcome: TaskOutcome = executed): readonly string[] {
    return this.schedule.settle(task as TaskId, outcome).map((one) => `${one.task} ${one.outcome.kind}`);
  }

  /** Starts whatever can and settles it, until nothing more follows. */
  run(outcomes: Record<string, TaskOutcome> = {}): readonly string[] {
    const started: string[] = [];
    for (let next = this.start(); next.length > 0; next = this.start()) {
      started.push(...next);
      for (const id of next) this.settle(id, outcomes[id] ?? executed);
    }
    return started;
  }

  reopen(task: string): readonly string[] {
    return this.schedule.reopen(task as TaskId)?.reopened ?? [];
  }

  markReady(task: string): void {
    this.schedule.markReady(task as TaskId);
  }
}

const chain = 'c:x -> b:x\nb:x -> a:x\nz:x';

test('what was skipped because of a failure gets its turn when that passes after all', () => {
  const driver = new Driver(chain);
  driver.start();
  driver.settle('a:x', failed);
  expect(driver.reopen('a:x')).toEqual(['a:x', 'b:x', 'c:x']);
  expect(driver.start()).toEqual(['a:x']);
  driver.settle('a:x');
  expect(driver.run()).toEqual(['b:x', 'c:x']);
  driver.settle('z:x');
  expect(driver.schedule.isFinished).toBe(true);
});

test('what was skipped is skipped again when it fails again', () => {
  const driver = new Driver(chain);
  driver.start();
  driver.settle('a:x', failed);
  driver.reopen('a:x');
  driver.start();
  expect(driver.settle('a:x', failed)).toEqual(['b:x skipped', 'c:x skipped']);
});

test('what another failure keeps from running stays skipped', () => {
  const driver = new Driver('d:x -> b:x\nb:x -> a:x, other:x\nc:x -> a:x');
  driver.start();
  driver.settle('a:x', failed);
  driver.settle('other:x', failed);
  expect(driver.schedule.reopen('a:x' as TaskId)).toEqual({
    reopened: ['a:x', 'c:x'],
    // They were skipped for what may pass now, and are skipped for the other.
    restated: [
      { task: 'b:x', outcome: { kind: 'skipped', failedDependency: 'other:x' } },
      { task: 'd:x', outcome: { kind: 'skipped', failedDependency: 'other:x' } },
    ],
  });
  driver.start();
  expect(driver.reopen('other:x')).toEqual(['other:x', 'b:x', 'd:x']);
});

test('what has succeeded stays as it is, what runs goes on, and what has not started waits', () => {
  const driver = new Driver('b:x -> a:x\nc:x -> a:x\nd:x -> a:x');
  driver.run({});
  expect(driver.reopen('a:x')).toEqual(['a:x']);
  const other = new Driver('b:x -> a:x\nc:x -> a:x\nd:x -> c:x');
  other.start();
  other.settle('a:x');
  const [looking] = other.schedule.takeReady(1);
  expect(looking).toBe('b:x');
  other.reopen('a:x');
  // It is being looked up: it does not start before its dependency has ended once more.
  other.schedule.enqueue(looking!);
  expect(other.start()).toEqual(['a:x']);
  other.settle('a:x');
  expect(other.start()).toEqual(['b:x', 'c:x']);
});

test('tasks that took no part in the run are not to be had, nor is anything once the run was cancelled', () => {
  const driver = new Driver(chain);
  driver.start();
  driver.settle('a:x', failed);
  expect(driver.reopen('b:x')).toEqual([]);
  expect(driver.reopen('z:x')).toEqual([]);
  driver.schedule.cancelRemaining();
  expect(driver.reopen('a:x')).toEqual([]);
});

test('a task gets the server again that was stopped after it', () => {
  const driver = new Driver('a:e2e -> a:serve\na:serve -> a:build', { 'a:serve': server });
  driver.start();
  driver.settle('a:build');
  driver.start();
  driver.markReady('a:serve');
  driver.start();
  driver.settle('a:e2e', failed);
  expect(driver.schedule.takeStoppable()).toEqual(['a:serve']);
  // It is about to end, and would do so under whoever needs it.
  expect(driver.reopen('a:e2e')).toEqual([]);
  driver.settle('a:serve');
  expect(driver.reopen('a:e2e')).toEqual(['a:e2e', 'a:serve']);
  expect(driver.start()).toEqual(['a:serve']);
  driver.markReady('a:serve');
  expect(driver.start()).toEqual(['a:e2e']);
  driver.settle('a:e2e');
  expect(driver.schedule.takeStoppable()).toEqual(['a:serve']);
});

test('a server that still runs serves a task that is executed again, and is stopped only after that', () => {
  const driver = new Driver('a:e2e -> a:serve\nb:e2e -> a:serve', { 'a:serve': server });
  driver.start();
  driver.markReady('a:serve');
  driver.start();
  driver.settle('a:e2e', failed);
  expect(driver.reopen('a:e2e')).toEqual(['a:e2e']);
  driver.settle('b:e2e');
  expect(driver.schedule.takeStoppable()).toEqual([]);
  expect(driver.start()).toEqual(['a:e2e']);
  driver.settle('a:e2e');
  expect(driver.schedule.takeStoppable()).toEqual(['a:serve']);
});

test('a server that was never started for lack of users comes with the task that needs it', () => {
  const driver = new Driver('a:e2e -> a:serve, a:lint\na:serve -> a:build', { 'a:serve': server });
  driver.start();
  expect(driver.settle('a:lint', failed)).toEqual(['a:e2e skipped', 'a:serve cancelled']);
  expect(driver.reopen('a:lint')).toEqual(['a:lint', 'a:e2e', 'a:serve']);
});

test('a server that failed is started again for those that it kept from running, and not for nobody', () => {
  const driver = new Driver('a:e2e -> a:serve', { 'a:serve': server });
  driver.start();
  driver.settle('a:serve', failed);
  expect(driver.reopen('a:serve')).toEqual(['a:serve', 'a:e2e']);
  const idle = new Driver('a:e2e -> a:serve', { 'a:serve': server });
  idle.start();
  idle.markReady('a:serve');
  idle.start();
  idle.settle('a:e2e');
  idle.settle('a:serve');
  expect(idle.reopen('a:serve')).toEqual([]);
});

test('a task whose dependency has failed since is not to be had before that passes', () => {
  const driver = new Driver('b:x -> a:x');
  driver.run({ 'b:x': failed });
  driver.reopen('a:x');
  driver.run({ 'a:x': failed });
  expect(driver.reopen('b:x')).toEqual([]);
  driver.reopen('a:x');
  driver.run();
  expect(driver.reopen('b:x')).toEqual(['b:x']);
});

test('with never, the failure is forgotten and what it cancelled goes on', () => {
  const driver = new Driver('b:x -> a:x\nd:x -> c:x\nc:x -> z:x', {}, 'never');
  driver.start();
  expect(driver.settle('a:x', failed)).toEqual(['b:x skipped', 'c:x cancelled', 'd:x cancelled']);
  expect(driver.reopen('a:x').toSorted()).toEqual(['a:x', 'b:x', 'c:x', 'd:x']);
  driver.settle('z:x');
  expect(driver.start()).toEqual(['a:x', 'c:x']);
  expect(driver.settle('a:x', failed)).toEqual(['b:x skipped', 'd:x cancelled']);
});

test('a task that was cancelled while it waited for a slot starts once when it is reopened', () => {
  const driver = new Driver('a:x\nb:x', {}, 'never');
  for (const task of driver.schedule.takeReady(2)) driver.schedule.enqueue(task);
  expect(driver.schedule.takeRunnable(limitSlots(1))).toEqual(['a:x']);
  driver.settle('a:x', failed);
  driver.reopen('a:x');
  expect(driver.start()).toEqual(['a:x', 'b:x']);
});

test('with never, another failure keeps all from starting but the task itself and what it kept from running', () => {
  const driver = new Driver('b:x -> a:x\nc:x\nd:x -> c:x', {}, 'never');
  driver.start();
  driver.settle('a:x', failed);
  driver.settle('c:x', failed);
  expect(driver.reopen('a:x')).toEqual(['a:x', 'b:x']);
  expect(driver.run()).toEqual(['a:x', 'b:x']);
  expect(driver.schedule.isFinished).toBe(true);
  expect(driver.reopen('c:x')).toEqual(['c:x', 'd:x']);
  expect(driver.schedule.cancelRemaining().map(({ task }) => task)).toEqual(['c:x', 'd:x']);
});
