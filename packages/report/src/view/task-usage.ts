import type { TaskId } from '@larder/core';
import type { RunView } from './run-view.ts';

export interface RunUsage {
  /** Of all tasks that were measured. */
  readonly cpuMs: number;
  /** Of the task that held most; 0 where none was measured. */
  readonly peakMemoryBytes: number;
  readonly largest: TaskId | null;
}

/** What the processes of a run took. Looks at every task. */
export function addUpUsage(view: RunView): RunUsage {
  let cpuMs = 0;
  let peakMemoryBytes = 0;
  let largest: TaskId | null = null;
  for (const { id, usage } of view.tasks.values()) {
    cpuMs += usage?.cpuMs ?? 0;
    if ((usage?.peakMemoryBytes ?? 0) <= peakMemoryBytes) continue;
    peakMemoryBytes = usage?.peakMemoryBytes ?? 0;
    largest = id;
  }
  return { cpuMs, peakMemoryBytes, largest };
}
