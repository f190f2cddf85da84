import type { TaskId } from '@larder/core';
import type { RunView, TaskView } from './run-view.ts';

export interface TimedTask {
  readonly task: TaskId;
  readonly durationMs: number;
}

/** How long a settled task took: its process, or else hashing, lookup and restore. 0 before it settled. */
export function settledDurationMs(task: TaskView): number {
  if (task.outcome === null || task.settledAt === null) return 0;
  if (task.outcome.kind === 'executed' || task.outcome.kind === 'failed') return task.outcome.durationMs;
  return Math.max(0, task.settledAt - (task.activeAt ?? task.settledAt));
}

/**
 * The chain of tasks that decided when the run ended, first task first: from the task that settled
 * last back through the dependency that settled last, and so on. What lies between the tasks of the
 * chain (waiting for slots) is not in it. Costs one step per task and edge of the chain.
 */
export function findCriticalPath(view: RunView): readonly TimedTask[] {
  const path: TimedTask[] = [];
  let current = view.lastSettled === null ? undefined : view.tasks.get(view.lastSettled);
  while (current !== undefined && path.length < view.tasks.size) {
    path.push({ task: current.id, durationMs: settledDurationMs(current) });
    current = findLatest(current.dependsOn.map((id) => view.tasks.get(id)));
  }
  return path.reverse();
}

/** Tasks that ran, slowest first; equal ones in the order of the plan. Looks at every task. */
export function findSlowestTasks(view: RunView, count: number): readonly TimedTask[] {
  return [...view.tasks.values()]
    .filter((task) => task.outcome?.kind === 'executed' || task.outcome?.kind === 'failed')
    .map((task) => ({ task: task.id, durationMs: settledDurationMs(task) }))
    .toSorted((a, b) => b.durationMs - a.durationMs)
    .slice(0, count);
}

function findLatest(tasks: readonly (TaskView | undefined)[]): TaskView | undefined {
  let latest: TaskView | undefined;
  for (const task of tasks) {
    if (task === undefined || task.settledAt === null) continue;
    if (latest?.settledAt == null || task.settledAt > latest.settledAt) latest = task;
  }
  return latest;
}
