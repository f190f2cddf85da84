import type { TaskId } from '../ids.ts';
import type { TaskGraph } from '../task-graph/task-graph.ts';
import type { ContinueMode, TaskOutcome } from './outcome.ts';
import { PriorityQueue } from './priority-queue.ts';
import { countAnew, findReopened, forgetFates, forgetOutcome, restateSkipped } from './reopen-tasks.ts';
import { RunnableQueue } from './runnable-queue.ts';
import { releaseStarted, satisfyDependents } from './satisfy-dependents.ts';
import { createScheduledTasks, type ScheduledTask, type TaskState } from './scheduled-task.ts';
import { nothingShared, type SharedCapacity, type StartLimits } from './task-demand.ts';
import { TaskStates } from './task-states.ts';
import { doomAll, releaseDependencies, type Verdict } from './verdict.ts';

export interface Settlement {
  readonly task: TaskId;
  readonly outcome: TaskOutcome;
}

export interface Reopening {
  /** They wait again, the one that was asked for first. */
  readonly reopened: readonly TaskId[];
  /** They stay skipped, for another failure than before. */
  readonly restated: readonly Settlement[];
}

export interface ScheduleOptions {
  readonly priorities: ReadonlyMap<TaskId, number>;
  readonly continueMode: ContinueMode;
  /** Absent: each task takes one slot and nothing else. */
  readonly shared?: SharedCapacity;
}

/**
 * Decides what happens next in a run; whoever drives it does the work and reports back. Knows neither
 * time nor processes: the same calls give the same answers. Every task settles exactly once, and once more each
 * time that it was reopened. A call that makes no sense in the task's state is a bug of the caller and throws.
 *
 * - `takeReady` hands out tasks whose dependencies are satisfied, to be hashed and looked up.
 * - `enqueue` says that the lookup missed; `takeRunnable` hands out tasks to be started, and `release` says that
 *   what such a task took is free.
 * - `settle` gives a task its outcome, from any state, and returns the others that settle with it.
 * - `reopen` takes the outcome of a task back, because a person wants it executed again.
 *
 * A dependency is satisfied when it has succeeded or, being continuous, when it is ready, or for those that wait
 * for no more when it has started; with `always` also when it has failed. After a failure `dependencies-successful` skips what depends on
 * it, and `never` starts nothing more: what does not depend on it is cancelled. Running tasks are
 * left to end in every mode.
 */
export class Schedule {
  readonly #states: TaskStates;
  readonly #continueMode: ContinueMode;
  readonly #ready = new PriorityQueue<ScheduledTask>((a, b) => a.rank - b.rank);
  readonly #runnable: RunnableQueue;
  #stoppable: ScheduledTask[] = [];
  #hasFailedForGood = false;
  #isClosed = false;
  #isCancelled = false;

  constructor(taskGraph: TaskGraph, options: ScheduleOptions) {
    const tasks = createScheduledTasks(taskGraph, options.priorities);
    this.#states = new TaskStates(tasks);
    this.#continueMode = options.continueMode;
    this.#runnable = new RunnableQueue(options.shared ?? nothingShared);
    this.#becomeReady([...tasks.values()].filter(({ missing }) => missing === 0));
  }

  get isFinished(): boolean {
    return this.#states.allSettled;
  }

  get countsByState(): Readonly<Record<TaskState, number>> {
    return this.#states.counts;
  }

  /** The weights of running tasks; continuous ones take no slot. */
  get occupiedSlots(): number {
    return this.#runnable.occupied;
  }

  stateOf(id: TaskId): TaskState {
    return this.#states.find(id).state;
  }

  /** At most `limit` tasks, the longest remaining path first. */
  takeReady(limit: number): readonly TaskId[] {
    const taken: TaskId[] = [];
    while (taken.length < limit) {
      const task = this.#ready.take();
      if (task === undefined) break;
      if (task.state !== 'ready') continue;
      this.#states.move(task, 'looking-up');
      taken.push(task.id);
    }
    return taken;
  }

  /** The lookup missed, or there was nothing to look up. Settles the task instead if nothing may start any more. */
  enqueue(id: TaskId): readonly Settlement[] {
    const task = this.#states.expect(id, 'looking-up');
    if (task.fate !== null) return this.#settleAll([[task, task.fate]]);
    // Something that it depends on was reopened meanwhile: it is looked up once more after that.
    if (task.missing > 0) {
      this.#states.move(task, 'waiting');
      return [];
    }
    this.#states.move(task, 'queued');
    this.#runnable.add(task);
    return [];
  }

  /** Tasks to start, the longest remaining path first: what the limits allow, and any continuous ones. */
  takeRunnable(limits: StartLimits): readonly TaskId[] {
    const taken = this.#runnable.take(limits);
    for (const task of taken) this.#states.move(task, 'running');
    return taken.map((task) => task.id);
  }

  /** The processes of a running task have ended: what it took is free, although it has not settled. */
  release(id: TaskId): void {
    this.#runnable.free(this.#states.expect(id, 'running'));
  }

  /** A continuous task has started: those dependents that do not wait for it to be ready need not wait longer. */
  markStarted(id: TaskId): void {
    this.#becomeReady(releaseStarted(this.#states.expect(id, 'running')));
  }

  /** A continuous task has started up: its dependents need not wait longer. */
  markReady(id: TaskId): void {
    this.#becomeReady(satisfyDependents(this.#states.expect(id, 'running')));
  }

  /**
   * Continuous tasks that run although everything is settled that may need them, each reported once.
   * Those that were requested run until they end or are stopped from outside.
   */
  takeStoppable(): readonly TaskId[] {
    // One of those that needed it may have been reopened since.
    const stoppable = this.#stoppable.filter((task) => task.state === 'running' && task.users === 0);
    this.#stoppable = [];
    for (const task of stoppable) task.isStopping = true;
    return stoppable.map((task) => task.id);
  }

  /** Returns the other tasks that settle as a consequence. */
  settle(id: TaskId, outcome: TaskOutcome): readonly Settlement[] {
    const task = this.#states.find(id);
    if (task.state === 'settled') throw new Error(`${id} has settled before`);
    return this.#settleAll([[task, outcome]]).slice(1);
  }

  /**
   * Takes the outcome of a task that has settled back, and those of all tasks that can run only now: what was skipped
   * because of it, and continuous tasks that they need and that are no longer there; after the only failure, which ended
   * the run, also what was cancelled by that. They wait, and are handed out as at first. What depends on it and succeeded
   * stays as it is, and what runs goes on. Null where that is not to be had: it took no part in the run, nobody needs it
   * any more, what it needs has failed or is just ending, or the run was cancelled.
   */
  reopen(id: TaskId): Reopening | null {
    const start = this.#states.find(id);
    if (this.#isCancelled) return null;
    const found = findReopened([...this.#states.all()], start, this.#continueMode);
    if (found === null) return null;
    this.#hasFailedForGood = found.failedForGood;
    this.#isClosed = found.failedForGood;
    for (const task of found.tasks) {
      this.#states.move(task, 'waiting');
      forgetOutcome(task);
    }
    const restated = restateSkipped([...this.#states.all()], found.tasks);
    for (const [task, outcome] of restated) task.outcome = outcome;
    const reopened = found.tasks.map((task) => task.id);
    if (!found.failedForGood) forgetFates(this.#states.all(), new Set(reopened));
    for (const task of countAnew([...this.#states.all()])) {
      if (task.missing > 0 && task.state !== 'waiting') this.#states.move(task, 'waiting');
      else if (task.missing === 0 && task.state === 'waiting') this.#becomeReady([task]);
    }
    return { reopened, restated: restated.map(([{ id: task }, outcome]) => ({ task, outcome })) };
  }

  /**
   * Cancels whatever has not been handed out, and returns it. Tasks that run are for the caller to stop
   * and settle; those that are being looked up settle by `settle` or by `enqueue`, which cancels them.
   */
  cancelRemaining(): readonly Settlement[] {
    this.#isCancelled = true;
    // What was reopened after a failure that ended the run is still to come.
    this.#isClosed = false;
    return this.#settleAll(this.#closeDown());
  }

  /** Settles tasks and, one after the other, all that follows from each. */
  #settleAll(first: readonly Verdict[]): readonly Settlement[] {
    const settled: Settlement[] = [];
    let verdicts = first;
    while (verdicts.length > 0) {
      const following: (readonly Verdict[])[] = [];
      for (const [task, outcome] of verdicts) {
        if (task.state === 'settled') continue;
        if (task.state === 'running') this.#runnable.free(task);
        this.#states.move(task, 'settled');
        task.outcome = outcome;
        settled.push({ task: task.id, outcome });
        following.push(this.#judgeDependents(task, outcome));
        const released = releaseDependencies(task);
        this.#stoppable.push(...released.stoppable);
        following.push(released.verdicts);
      }
      verdicts = following.flat();
      // Only now, so that what depends on the failure is skipped rather than cancelled.
      if (verdicts.length === 0 && this.#hasFailedForGood) verdicts = this.#closeDown();
    }
    return settled;
  }

  #judgeDependents(task: ScheduledTask, outcome: TaskOutcome): readonly Verdict[] {
    switch (outcome.kind) {
      case 'executed':
      case 'restored':
      case 'up-to-date':
        this.#becomeReady(satisfyDependents(task));
        return [];
      case 'failed': {
        this.#hasFailedForGood ||= this.#continueMode === 'never';
        if (this.#continueMode !== 'always') {
          return doomAll(task.dependents, { kind: 'skipped', failedDependency: task.id });
        }
        this.#becomeReady(satisfyDependents(task));
        return [];
      }
      case 'skipped':
      case 'cancelled':
        return doomAll(task.dependents, outcome);
    }
  }

  /** Settles tasks that have not been handed out. Those that run are left to end; a lookup may still be a hit. */
  #closeDown(): readonly Verdict[] {
    if (this.#isClosed) return [];
    this.#isClosed = true;
    return doomAll(this.#states.all(), { kind: 'cancelled' });
  }

  #becomeReady(tasks: readonly ScheduledTask[]): void {
    for (const task of tasks) {
      this.#states.move(task, 'ready');
      this.#ready.add(task);
    }
  }
}
