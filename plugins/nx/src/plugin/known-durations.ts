import { statSync } from 'node:fs';
import type { TaskId } from '@larder/core';

/**
 * What the workspace's history has said of how long tasks take, for as long as its file stays the same: a process that
 * serves many runs, as Nx's daemon does, need not open it for each.
 */
export class KnownDurations {
  #state = '';
  /** Milliseconds; null for a task that has never succeeded. */
  readonly #durations = new Map<TaskId, number | null>();

  /** Milliseconds by task, for those that have succeeded before; null where the history has to be asked. */
  find(state: string, ids: readonly TaskId[]): ReadonlyMap<TaskId, number> | null {
    if (state !== this.#state || !ids.every((id) => this.#durations.has(id))) return null;
    return new Map(
      ids.flatMap((id) => {
        const durationMs = this.#durations.get(id) ?? null;
        return durationMs === null ? [] : [[id, durationMs]];
      }),
    );
  }

  /** What was read after the file was in this state; another one forgets what is known of those before. */
  keep(state: string, ids: readonly TaskId[], durations: ReadonlyMap<TaskId, number>): void {
    if (state !== this.#state) this.#durations.clear();
    this.#state = state;
    for (const id of ids) this.#durations.set(id, durations.get(id) ?? null);
  }
}

/** Other words for every file, and for every change of one. */
export function readFileState(fileAbsolute: string): string {
  const facts = statSync(fileAbsolute, { bigint: true, throwIfNoEntry: false });
  const states = [facts?.ino, facts?.size, facts?.mtimeNs, facts?.ctimeNs];
  return [fileAbsolute, ...states].join(':');
}
