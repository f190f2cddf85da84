import { findDependents, isSuccess } from '@larder/core';
import type { TaskGraph, TaskId, TaskOutcome } from '@larder/core';
import type { RunRequest } from './run-request.ts';

/**
 * Which results no hash stands for, so that none of them may be stored, nor brought back from a cache in their place.
 * A flaw passes on to all that is built on it.
 */
export class Soundness {
  readonly #taskGraph: TaskGraph;
  readonly #outcomes: ReadonlyMap<TaskId, TaskOutcome>;
  readonly #given: ReadonlyMap<TaskId, string>;
  readonly #flaws = new Map<TaskId, string>();
  #dependents: ReadonlyMap<TaskId, readonly TaskId[]> | null = null;

  constructor(request: Pick<RunRequest, 'taskGraph' | 'flaws'>, outcomes: ReadonlyMap<TaskId, TaskOutcome>) {
    this.#taskGraph = request.taskGraph;
    this.#given = request.flaws ?? new Map();
    this.#outcomes = outcomes;
  }

  hasFlaw(task: TaskId): boolean {
    return this.#flaws.has(task);
  }

  /** To be asked when a task is handed out: dependents get their answer from this one. Null: all is well. */
  judge(task: TaskId): string | null {
    this.#flaws.delete(task);
    const given = this.#given.get(task);
    if (given !== undefined) {
      this.#flaws.set(task, given);
      return given;
    }
    for (const { dependency } of this.#taskGraph.dependencies.get(task) ?? []) {
      const flaw = this.#flaws.get(dependency) ?? this.#findFailure(dependency);
      if (flaw === null) continue;
      this.#flaws.set(task, flaw);
      return flaw;
    }
    return null;
  }

  /** `flaw` stands after "a task that it depends on". */
  taint(task: TaskId, flaw: string): void {
    this.#flaws.set(task, flaw);
  }

  /** All that was built on the task, or is being. Whatever is handed out later gets its answer from `judge`. */
  taintDependents(task: TaskId, flaw: string, isHandedOut: (task: TaskId) => boolean): void {
    this.#dependents ??= findDependents(this.#taskGraph, () => true);
    const reached = new Set([task]);
    for (const one of reached) {
      for (const dependent of this.#dependents.get(one) ?? []) reached.add(dependent);
      if (one !== task && isHandedOut(one)) this.#flaws.set(one, flaw);
    }
  }

  #findFailure(task: TaskId): string | null {
    const outcome = this.#outcomes.get(task);
    return outcome === undefined || isSuccess(outcome) ? null : 'failed';
  }
}
