import type { TaskId } from '../ids.ts';
import type { TaskEdge, TaskGraph } from '../task-graph/task-graph.ts';

/** For every task those that depend on it, sorted, over the edges that `follow` admits. */
export function findDependents(
  taskGraph: TaskGraph,
  follow: (edge: TaskEdge) => boolean,
): ReadonlyMap<TaskId, readonly TaskId[]> {
  const dependents = new Map<TaskId, TaskId[]>();
  for (const id of taskGraph.tasks.keys()) dependents.set(id, []);
  for (const id of taskGraph.tasks.keys()) {
    for (const edge of taskGraph.dependencies.get(id) ?? []) {
      if (follow(edge)) dependents.get(edge.dependency)?.push(id);
    }
  }
  return dependents;
}
