import type { TaskId } from '@larder/core';
import type { RunRecord, TaskRecord } from '../records/run-record.ts';

/** Values of each execution that succeeded, by task, in the order of the runs. Continuous tasks have none. */
export type TaskSamples = ReadonlyMap<TaskId, readonly number[]>;

/** Milliseconds. */
export function collectDurations(runs: readonly RunRecord[]): TaskSamples {
  return collectSamples(runs, ({ outcome }) => (outcome?.kind === 'executed' ? outcome.durationMs : null));
}

/** Bytes of the most memory that was held; executions that were over before anybody looked have none. */
export function collectPeaks(runs: readonly RunRecord[]): TaskSamples {
  return collectSamples(runs, ({ outcome, peakMemoryBytes }) =>
    outcome?.kind === 'executed' ? peakMemoryBytes : null,
  );
}

function collectSamples(runs: readonly RunRecord[], sampleOf: (task: TaskRecord) => number | null): TaskSamples {
  const samples = new Map<TaskId, number[]>();
  for (const { tasks } of runs) {
    for (const task of tasks) {
      const sample = task.continuous ? null : sampleOf(task);
      if (sample === null) continue;
      const known = samples.get(task.id);
      if (known === undefined) samples.set(task.id, [sample]);
      else known.push(sample);
    }
  }
  return samples;
}
