import type { TaskRecord } from '../records/run-record.ts';

/** A row for each task so that none overlap: the first that is free when it becomes active, from 1. */
export function assignLanes(tasks: readonly TaskRecord[]): ReadonlyMap<string, number> {
  const freeFrom: number[] = [];
  const lanes = new Map<string, number>();
  const byTime = tasks.filter(({ activeAt }) => activeAt !== null).toSorted((a, b) => a.activeAt! - b.activeAt!);
  for (const task of byTime) {
    const free = freeFrom.findIndex((at) => at <= task.activeAt!);
    const lane = free === -1 ? freeFrom.length : free;
    freeFrom[lane] = task.settledAt ?? Infinity;
    lanes.set(task.id, lane + 1);
  }
  return lanes;
}
