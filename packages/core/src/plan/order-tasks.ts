import type { TaskId } from '../ids.ts';
import type { Task, TaskGraph } from '../task-graph/task-graph.ts';

/** All tasks, each after those that it depends on, the same order for equal graphs. Needs no stack as deep as the graph. */
export function orderTasks(taskGraph: TaskGraph): readonly Task[] {
  const ordered = new Set<Task>();
  const entered = new Set<TaskId>();
  for (const first of taskGraph.tasks.keys()) {
    const path: TaskId[] = [first];
    for (let id = path.at(-1); id !== undefined; id = path.at(-1)) {
      const edges = taskGraph.dependencies.get(id) ?? [];
      const isFirstVisit = !entered.has(id);
      entered.add(id);
      if (isFirstVisit) for (const edge of edges) if (!entered.has(edge.dependency)) path.push(edge.dependency);
      if (path.at(-1) !== id) continue;
      path.pop();
      const task = taskGraph.tasks.get(id);
      if (task !== undefined) ordered.add(task);
    }
  }
  return [...ordered];
}
