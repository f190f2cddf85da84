import type { TaskId } from '../ids.ts';
import type { TaskGraph } from './task-graph.ts';

/**
 * The part of a task graph that the kept tasks need: themselves and all that they depend on. Tasks that
 * were requested and are not kept count as requested no longer, and lose their arguments.
 */
export function restrictTaskGraph(graph: TaskGraph, kept: Iterable<TaskId>): TaskGraph {
  const requested = new Set(kept);
  const needed = new Set(requested);
  for (const id of needed) for (const edge of graph.dependencies.get(id) ?? []) needed.add(edge.dependency);
  const tasks = [...graph.tasks]
    .filter(([id]) => needed.has(id))
    .map(
      ([id, task]) =>
        [id, task.requested && !requested.has(id) ? { ...task, requested: false, args: [] } : task] as const,
    );
  const dependencies = [...graph.dependencies].filter(([id]) => needed.has(id));
  return { tasks: new Map(tasks), dependencies: new Map(dependencies) };
}
