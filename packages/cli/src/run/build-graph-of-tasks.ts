import {
  buildTaskGraph,
  parseTaskName,
  type Problem,
  type Task,
  type TaskEdge,
  type TaskGraph,
  type TaskId,
} from '@larder/core';
import type { Session } from '../session/open-session.ts';

export type BuiltTasks =
  | { readonly kind: 'built'; readonly taskGraph: TaskGraph }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

export interface NamedTasksOptions {
  /** For the tasks that name none themselves. */
  readonly configuration: string | null;
  readonly args: readonly string[];
}

/** The graph of tasks given by name, `project:target[:configuration]`; each with all that it depends on. */
export function buildGraphOfTasks(session: Session, names: readonly string[], options: NamedTasksOptions): BuiltTasks {
  const problems: Problem[] = [];
  const graphs: TaskGraph[] = [];
  for (const name of names) {
    const built = buildGraphOfTask(session, name, options);
    if (built.kind === 'invalid') problems.push(...built.problems);
    else graphs.push(built.taskGraph);
  }
  return problems.length > 0 ? { kind: 'invalid', problems } : { kind: 'built', taskGraph: uniteTaskGraphs(graphs) };
}

function buildGraphOfTask(session: Session, name: string, options: NamedTasksOptions): BuiltTasks {
  const parsed = parseTaskName(session.graph, name);
  if (parsed.kind === 'unknown') return { kind: 'invalid', problems: parsed.problems };
  return buildTaskGraph(session.graph, {
    projects: [parsed.project],
    targets: [parsed.target],
    configuration: parsed.configuration ?? options.configuration,
    args: options.args,
  });
}

/** Each graph holds all that its tasks depend on, so what they share is the same in all of them. */
export function uniteTaskGraphs(graphs: readonly TaskGraph[]): TaskGraph {
  const [only, ...others] = graphs;
  if (only !== undefined && others.length === 0) return only;
  const tasks = new Map<TaskId, Task>();
  const dependencies = new Map<TaskId, readonly TaskEdge[]>();
  for (const graph of graphs) {
    for (const [id, task] of graph.tasks) if (tasks.get(id)?.requested !== true) tasks.set(id, task);
    for (const [id, edges] of graph.dependencies) dependencies.set(id, edges);
  }
  const ids = [...tasks.keys()].sort();
  return {
    tasks: new Map(ids.map((id) => [id, tasks.get(id)!])),
    dependencies: new Map(ids.map((id) => [id, dependencies.get(id) ?? []])),
  };
}
