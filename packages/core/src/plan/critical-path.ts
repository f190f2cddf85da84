import type { TaskId } from '../ids.ts';
import type { TaskGraph } from '../task-graph/task-graph.ts';
import { findDependents } from './find-dependents.ts';

/**
 * The tasks of the longest path, first task first: no number of slots makes the run shorter than it.
 * `remaining` is what `prioritise` gave. Of equal paths the first by task id.
 */
export function findCriticalPath(taskGraph: TaskGraph, remaining: ReadonlyMap<TaskId, number>): readonly TaskId[] {
  const dependents = findDependents(taskGraph, () => true);
  const path: TaskId[] = [];
  let candidates: Iterable<TaskId> = taskGraph.tasks.keys();
  for (;;) {
    const next = findLongest(candidates, remaining);
    if (next === null) return path;
    path.push(next);
    candidates = dependents.get(next) ?? [];
  }
}

function findLongest(candidates: Iterable<TaskId>, remaining: ReadonlyMap<TaskId, number>): TaskId | null {
  let longest: TaskId | null = null;
  for (const task of candidates) {
    if (longest === null || (remaining.get(task) ?? 0) > (remaining.get(longest) ?? 0)) longest = task;
  }
  return longest;
}
