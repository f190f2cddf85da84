import { countOutcomes } from '@larder/core';
import type { RunTotals, Settlement, TaskHash, TaskId, TaskOutcome, TaskUsage } from '@larder/core';
import type { RunEvents } from '../run-events.ts';

/** What became of each task. A task is entered once, unless it was reopened, and everybody is told at that moment. */
export class OutcomeLedger {
  readonly #events: RunEvents;
  readonly #hashes = new Map<TaskId, TaskHash>();
  readonly #usages = new Map<TaskId, TaskUsage>();
  readonly #outcomes = new Map<TaskId, TaskOutcome>();

  constructor(events: RunEvents) {
    this.#events = events;
  }

  get outcomes(): ReadonlyMap<TaskId, TaskOutcome> {
    return this.#outcomes;
  }

  hashOf(task: TaskId): TaskHash | null {
    return this.#hashes.get(task) ?? null;
  }

  setHash(task: TaskId, hash: TaskHash): void {
    this.#hashes.set(task, hash);
  }

  /** What becomes of it does not follow from that alone. */
  dropHash(task: TaskId): void {
    this.#hashes.delete(task);
  }

  /** Null: no process ran. */
  setUsage(task: TaskId, usage: TaskUsage | null): void {
    if (usage !== null) this.#usages.set(task, usage);
  }

  record(settlements: readonly Settlement[]): void {
    for (const { task, outcome } of settlements) {
      if (this.#outcomes.has(task)) throw new Error(`The task ${task} settled twice.`);
      this.#outcomes.set(task, outcome);
      const hash = this.#hashes.get(task) ?? null;
      const usage = this.#usages.get(task);
      this.#events.emit({ type: 'task-settled', task, hash, outcome, ...(usage === undefined ? {} : { usage }) });
    }
  }

  /** They will settle once more. */
  reopen(tasks: readonly TaskId[]): void {
    for (const task of tasks) {
      this.#outcomes.delete(task);
      this.#hashes.delete(task);
      this.#usages.delete(task);
    }
    this.#events.emit({ type: 'tasks-reopened', tasks });
  }

  totals(): RunTotals {
    return countOutcomes(this.#outcomes.values());
  }

  /** What the executions took that did not have to be repeated. */
  savedMs(): number {
    let savedMs = 0;
    for (const outcome of this.#outcomes.values()) if ('savedMs' in outcome) savedMs += outcome.savedMs;
    return savedMs;
  }

  /** Of the tasks that were executed with success. */
  durationsMs(): ReadonlyMap<TaskId, number> {
    const durations = new Map<TaskId, number>();
    for (const [task, outcome] of this.#outcomes) {
      if (outcome.kind === 'executed') durations.set(task, outcome.durationMs);
    }
    return durations;
  }
}
