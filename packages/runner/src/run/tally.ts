import { isSuccess } from '@larder/core';
import type { RunTotals, TaskId, TaskOutcome } from '@larder/core';

/** The outcomes of a run. Each task counts once: the first outcome stands. */
export class Tally {
  readonly #outcomes = new Map<TaskId, TaskOutcome>();

  get outcomes(): ReadonlyMap<TaskId, TaskOutcome> {
    return this.#outcomes;
  }

  /** False where the task had settled before. */
  add(task: TaskId, outcome: TaskOutcome): boolean {
    if (this.#outcomes.has(task)) return false;
    this.#outcomes.set(task, outcome);
    return true;
  }

  has(task: TaskId): boolean {
    return this.#outcomes.has(task);
  }

  /** Settled, and not with success. */
  hasFailed(task: TaskId): boolean {
    const outcome = this.#outcomes.get(task);
    return outcome !== undefined && !isSuccess(outcome);
  }

  totals(): RunTotals {
    const count = (matches: (outcome: TaskOutcome) => boolean): number =>
      [...this.#outcomes.values()].filter(matches).length;
    return {
      executed: count(({ kind }) => kind === 'executed'),
      restoredLocal: count((outcome) => outcome.kind === 'restored' && outcome.from === 'local'),
      restoredRemote: count((outcome) => outcome.kind === 'restored' && outcome.from === 'remote'),
      upToDate: count(({ kind }) => kind === 'up-to-date'),
      failed: count(({ kind }) => kind === 'failed'),
      skipped: count(({ kind }) => kind === 'skipped'),
      cancelled: count(({ kind }) => kind === 'cancelled'),
    };
  }

  /** What the executions took that did not have to be repeated. */
  savedMs(): number {
    let savedMs = 0;
    for (const outcome of this.#outcomes.values()) if ('savedMs' in outcome) savedMs += outcome.savedMs;
    return savedMs;
  }

  durationsMs(): ReadonlyMap<TaskId, number> {
    const durations = new Map<TaskId, number>();
    for (const [task, outcome] of this.#outcomes) {
      if (outcome.kind === 'executed') durations.set(task, outcome.durationMs);
    }
    return durations;
  }
}
