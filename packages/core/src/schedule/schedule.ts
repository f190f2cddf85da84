import type { TaskId } from '../ids.ts';
import type { TaskGraph } from '../task-graph/task-graph.ts';
import type { ContinueMode, TaskOutcome } from './outcome.ts';
import { PriorityQueue } from './priority-queue.ts';
import { RunnableQueue } from './runnable-queue.ts';
import { createScheduledTasks, type ScheduledTask, type TaskState } from './scheduled-task.ts';

export interface Settlement {
  readonly task: TaskId;
  readonly outcome: TaskOutcome;
}

/**
 * Decides what happens next in a run; whoever drives it does the work and reports back. Knows neither
 * time nor processes: the same calls give the same answers. Every task settles exactly once. A call
 * that makes no sense in the task's state is a bug of the caller and throws.
 *
 * - `takeReady` hands out tasks whose dependencies are satisfied, to be hashed and looked up.
 * - `enqueue` says that the lookup missed; `takeRunnable` hands out tasks to be started.
 * - `settle` gives a task its outcome, from any state, and returns the others that settle with it.
 *
 * A dependency is satisfied when it has succeeded or, being continuous, when it is ready, or for those that wait for no more when it has started; with
 * `always` also when it has failed. After a failure `dependencies-successful` skips what depends on
 * it, and `never` starts nothing more: what does not depend on it is cancelled. Running tasks are
 * left to end in every mode.
 */
export class Schedule {
  readonly #tasks: ReadonlyMap<TaskId, ScheduledTask>;
  readonly #continueMode: ContinueMode;
  readonly #ready = new PriorityQueue<ScheduledTask>((a, b) => a.rank - b.rank);
  readonly #runnable = new RunnableQueue();
  readonly #counts: Record<TaskState, number>;
  #stoppable: ScheduledTask[] = [];
  #hasFailedForGood = false;
  #isClosed = false;

  constructor(
    taskGraph: TaskGraph,
    options: { readonly priorities: ReadonlyMap<TaskId, number>; readonly continueMode: ContinueMode },
  ) {
    this.#tasks = createScheduledTasks(taskGraph, options.priorities);
    this.#continueMode = options.continueMode;
    this.#counts = { waiting: this.#tasks.size, ready: 0, 'looking-up': 0, queued: 0, running: 0, settled: 0 };
    for (const task of this.#tasks.values()) if (task.missing === 0) this.#becomeReady(task);
  }

  get isFinished(): boolean {
    return this.#counts.settled === this.#tasks.size;
  }

  get countsByState(): Readonly<Record<TaskState, number>> {
    return { ...this.#counts };
  }

  /** Running tasks less the continuous ones, which take no slot. */
  get occupiedSlots(): number {
    return this.#runnable.occupied;
  }

  stateOf(id: TaskId): TaskState {
    return this.#find(id).state;
  }

  /** At most `limit` tasks, the longest remaining path first. */
  takeReady(limit: number): readonly TaskId[] {
    const taken: TaskId[] = [];
    while (taken.length < limit) {
      const task = this.#ready.take();
      if (task === undefined) break;
      if (task.state !== 'ready') continue;
      this.#move(task, 'looking-up');
      taken.push(task.id);
    }
    return taken;
  }

  /** The lookup missed, or there was nothing to look up. Settles the task instead if nothing may start any more. */
  enqueue(id: TaskId): readonly Settlement[] {
    const task = this.#expect(id, 'looking-up');
    if (task.fate !== null) return this.#settleAll([[task, task.fate]]);
    this.#move(task, 'queued');
    this.#runnable.add(task);
    return [];
  }

  /** Tasks to start, the longest remaining path first: at most `freeSlots`, and any continuous ones. */
  takeRunnable(freeSlots: number): readonly TaskId[] {
    const taken = this.#runnable.take(freeSlots);
    for (const task of taken) this.#move(task, 'running');
    return taken.map((task) => task.id);
  }

  /** A continuous task has started: those dependents that do not wait for it to be ready need not wait longer. */
  markStarted(id: TaskId): void {
    this.#releaseStarted(this.#expect(id, 'running'));
  }

  /** A continuous task has started up: its dependents need not wait longer. */
  markReady(id: TaskId): void {
    this.#satisfy(this.#expect(id, 'running'));
  }

  /**
   * Continuous tasks that run although everything is settled that may need them, each reported once.
   * Those that were requested run until they end or are stopped from outside.
   */
  takeStoppable(): readonly TaskId[] {
    const stoppable = this.#stoppable.filter((task) => task.state === 'running');
    this.#stoppable = [];
    return stoppable.map((task) => task.id);
  }

  /** Returns the other tasks that settle as a consequence. */
  settle(id: TaskId, outcome: TaskOutcome): readonly Settlement[] {
    const task = this.#find(id);
    if (task.state === 'settled') throw new Error(`${id} has settled before`);
    return this.#settleAll([[task, outcome]]).slice(1);
  }

  /**
   * Cancels whatever has not been handed out, and returns it. Tasks that run are for the caller to stop
   * and settle; those that are being looked up settle by `settle` or by `enqueue`, which cancels them.
   */
  cancelRemaining(): readonly Settlement[] {
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
        this.#move(task, 'settled');
        settled.push({ task: task.id, outcome });
        following.push(this.#judgeDependents(task, outcome), this.#releaseDependencies(task));
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
        this.#satisfy(task);
        return [];
      case 'failed': {
        this.#hasFailedForGood ||= this.#continueMode === 'never';
        if (this.#continueMode !== 'always') {
          return this.#doomAll(task.dependents, { kind: 'skipped', failedDependency: task.id });
        }
        this.#satisfy(task);
        return [];
      }
      case 'skipped':
      case 'cancelled':
        return this.#doomAll(task.dependents, outcome);
    }
  }

  /** Settles tasks that have not been handed out. Those that run are left to end; a lookup may still be a hit. */
  #doomAll(tasks: Iterable<ScheduledTask>, fate: TaskOutcome): readonly Verdict[] {
    const verdicts: Verdict[] = [];
    for (const task of tasks) {
      if (task.state === 'looking-up') task.fate ??= fate;
      else if (task.state !== 'running' && task.state !== 'settled') verdicts.push([task, fate]);
    }
    return verdicts;
  }

  /**
   * A settled task that nothing can need any more stops needing its dependencies. Continuous ones that
   * are left without a use are to be stopped, or never to be started.
   */
  #releaseDependencies(task: ScheduledTask): readonly Verdict[] {
    const verdicts: Verdict[] = [];
    const released = task.users === 0 ? [task] : [];
    for (const one of released) {
      for (const dependency of one.dependencies) {
        dependency.users--;
        if (dependency.users > 0) continue;
        if (dependency.state === 'settled') released.push(dependency);
        else if (!dependency.task.continuous || dependency.task.requested) continue;
        else if (dependency.state === 'running') this.#stoppable.push(dependency);
        else verdicts.push(...this.#doomAll([dependency], { kind: 'cancelled' }));
      }
    }
    return verdicts;
  }

  #closeDown(): readonly Verdict[] {
    if (this.#isClosed) return [];
    this.#isClosed = true;
    return this.#doomAll(this.#tasks.values(), { kind: 'cancelled' });
  }

  #satisfy(task: ScheduledTask): void {
    if (task.isSatisfied) return;
    this.#releaseStarted(task);
    task.isSatisfied = true;
    for (const dependent of task.awaitsReady) this.#release(dependent);
  }

  #releaseStarted(task: ScheduledTask): void {
    if (task.hasStarted) return;
    task.hasStarted = true;
    for (const dependent of task.dependents) if (!task.awaitsReady.has(dependent)) this.#release(dependent);
  }

  #release(dependent: ScheduledTask): void {
    dependent.missing--;
    if (dependent.missing === 0 && dependent.state === 'waiting') this.#becomeReady(dependent);
  }

  #becomeReady(task: ScheduledTask): void {
    this.#move(task, 'ready');
    this.#ready.add(task);
  }

  #move(task: ScheduledTask, state: TaskState): void {
    this.#counts[task.state]--;
    this.#counts[state]++;
    task.state = state;
  }

  #expect(id: TaskId, state: TaskState): ScheduledTask {
    const task = this.#find(id);
    if (task.state !== state) throw new Error(`${id} is ${task.state}, not ${state}`);
    return task;
  }

  #find(id: TaskId): ScheduledTask {
    const task = this.#tasks.get(id);
    if (task === undefined) throw new Error(`${id} is not in the task graph`);
    return task;
  }
}

type Verdict = readonly [task: ScheduledTask, outcome: TaskOutcome];
