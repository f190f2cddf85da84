import type { TaskId } from '@larder/core';
import type { RunRecord, TaskRecord } from '../records/run-record.ts';

/** One task of the chain that the run waited for, first task first. */
export interface ChainLink {
  readonly task: TaskId;
  readonly tookMs: number;
  /** Between its last dependency and its start: other tasks had the slots. */
  readonly waitedMs: number;
}

/** From the task that settled last, back through the dependency that each waited for longest. */
export function findBlockingChain({ tasks }: RunRecord): readonly ChainLink[] {
  const settled = new Map(tasks.filter(isPart).map((task) => [task.id, task]));
  const chain: ChainLink[] = [];
  let current = findLatest([...settled.values()]);
  while (current !== null) {
    const before = findLatest(current.dependsOn.flatMap((id) => settled.get(id) ?? []));
    const begun = current.startedAt ?? current.activeAt ?? 0;
    chain.push({
      task: current.id,
      tookMs: Math.max(0, (current.settledAt ?? begun) - begun),
      waitedMs: Math.max(0, begun - (before?.settledAt ?? 0)),
    });
    current = before;
  }
  return chain.reverse();
}

function isPart({ settledAt, outcome, continuous }: TaskRecord): boolean {
  return settledAt !== null && !continuous && outcome?.kind !== 'skipped' && outcome?.kind !== 'cancelled';
}

function findLatest(tasks: readonly TaskRecord[]): TaskRecord | null {
  let latest: TaskRecord | null = null;
  for (const task of tasks) if (latest === null || (task.settledAt ?? 0) > (latest.settledAt ?? 0)) latest = task;
  return latest;
}
