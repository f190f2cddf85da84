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
 * The chain of dependencies whose times add up to the most, first task first: however many slots
 * there are, the run cannot end sooner than they do. Waiting for slots is not in it. Costs one step
 * per task of the chain.
 */
export function findCriticalPath(view: RunView): readonly TimedTask[] {
  const path: TimedTask[] = [];
  let current = view.criticalEnd === null ? undefined : view.tasks.get(view.criticalEnd);
  while (current !== undefined) {
    path.push({ task: current.id, durationMs: settledDurationMs(current) });
    current = current.chainFrom === null ? undefined : view.tasks.get(current.chainFrom);
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

/** Tasks that failed and passed when they were tried again, in the order of the plan. */
export function findFlakyTasks(view: RunView): readonly TaskView[] {
  return [...view.tasks.values()].filter(({ outcome }) => outcome?.kind === 'executed' && outcome.attempts > 1);
}
