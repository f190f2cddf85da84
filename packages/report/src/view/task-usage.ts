import type { TaskId, TaskUsage } from '@larder/core';

/** What the processes of a run took, as far as its tasks have settled and were measured. */
export interface RunUsage {
  readonly cpuMs: number;
  /** Of the task that held most; 0 where none was measured. */
  readonly peakMemoryBytes: number;
  readonly largest: TaskId | null;
}

export const noUsage: RunUsage = { cpuMs: 0, peakMemoryBytes: 0, largest: null };

export function addUsage(total: RunUsage, task: TaskId, usage: TaskUsage | undefined): RunUsage {
  if (usage === undefined) return total;
  const cpuMs = total.cpuMs + (usage.cpuMs ?? 0);
  const peakMemoryBytes = usage.peakMemoryBytes ?? 0;
  return peakMemoryBytes > total.peakMemoryBytes ? { cpuMs, peakMemoryBytes, largest: task } : { ...total, cpuMs };
}
