import type { TaskId } from '../ids.ts';
import type { TaskGraph } from '../task-graph/task-graph.ts';
import { orderTasks } from './order-tasks.ts';

/**
 * The longest remaining path of each task: its own duration and those of the dependents that follow
 * one another after it. Milliseconds where any duration is known, else a count of tasks. What starts
 * the longest path first ends first.
 */
export function prioritise(taskGraph: TaskGraph, durations: ReadonlyMap<TaskId, number>): ReadonlyMap<TaskId, number> {
  const durationOf = estimateDurations(taskGraph, durations);
  const remaining = new Map<TaskId, number>();
  const longestAfter = new Map<TaskId, number>();
  for (const { id } of orderTasks(taskGraph).toReversed()) {
    const total = durationOf(id) + (longestAfter.get(id) ?? 0);
    remaining.set(id, total);
    for (const { dependency } of taskGraph.dependencies.get(id) ?? []) {
      longestAfter.set(dependency, Math.max(total, longestAfter.get(dependency) ?? 0));
    }
  }
  return remaining;
}

/** Unknown tasks get the median of the known ones, or 1 where none is known. Durations that are no numbers are not known. */
function estimateDurations(taskGraph: TaskGraph, durations: ReadonlyMap<TaskId, number>): (task: TaskId) => number {
  const isUsable = (duration: number | undefined): duration is number =>
    duration !== undefined && Number.isFinite(duration) && duration >= 0;
  const known = [...taskGraph.tasks.keys()].map((id) => durations.get(id)).filter(isUsable);
  const median = known.sort((a, b) => a - b)[known.length >> 1] ?? 1;
  return (task) => {
    const duration = durations.get(task);
    return isUsable(duration) ? duration : median;
  };
}
