import type { TaskId } from '@larder/core';
import type { RunRecord } from '../records/run-record.ts';

/** Milliseconds of each execution that succeeded, by task, in the order of the runs. Continuous tasks have none. */
export function collectDurations(runs: readonly RunRecord[]): ReadonlyMap<TaskId, readonly number[]> {
  const durations = new Map<TaskId, number[]>();
  for (const { tasks } of runs) {
    for (const { id, outcome, continuous } of tasks) {
      if (outcome?.kind !== 'executed' || continuous) continue;
      const known = durations.get(id);
      if (known === undefined) durations.set(id, [outcome.durationMs]);
      else known.push(outcome.durationMs);
    }
  }
  return durations;
}
