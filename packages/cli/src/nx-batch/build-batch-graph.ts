import {
  asProjectName,
  buildTaskGraph,
  restrictTaskGraph,
  type Problem,
  type ProjectGraph,
  type Task,
  type TaskEdge,
  type TaskGraph,
  type TaskId,
} from '@larder/core';
import type { NxEdge, NxTask, NxTaskGraph } from './nx-batch.ts';

export type BatchGraph =
  | {
      readonly kind: 'built';
      /** What is to run. */
      readonly batch: TaskGraph;
      /** The batch with all that it depends on: the rest is over, and counts in hashes. */
      readonly known: TaskGraph;
      /** Whether the run has tasks beside those. */
      readonly hasOthers: boolean;
    }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/**
 * Nx's batch as tasks of Larder's. Which tasks there are, what waits for what and who gets which arguments is Nx's
 * decision; what each of them is follows from the project graph.
 */
export function buildBatchGraph(graph: ProjectGraph, whole: NxTaskGraph, batchIds: ReadonlySet<string>): BatchGraph {
  const defined = defineTasks(graph, Object.values(whole.tasks));
  if (defined.kind === 'invalid') return defined;
  const tasks = new Map<TaskId, Task>();
  const dependencies = new Map<TaskId, readonly TaskEdge[]>();
  for (const { id, overrides } of Object.values(whole.tasks).toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const task = defined.tasks.get(id as TaskId);
    if (task === undefined) return { kind: 'invalid', problems: [unknownTask(id)] };
    const args = overrides?.['__overrides_unparsed__'] ?? [];
    tasks.set(task.id, { ...task, args, requested: batchIds.has(id) });
    dependencies.set(task.id, listEdges(whole, id, defined.edges.get(task.id) ?? []));
  }
  const known = restrictTaskGraph(
    { tasks, dependencies },
    [...tasks.keys()].filter((id) => batchIds.has(id)),
  );
  return { kind: 'built', batch: keepOnly(known, batchIds), known, hasOthers: tasks.size > known.tasks.size };
}

type DefinedTasks =
  | {
      readonly kind: 'defined';
      readonly tasks: ReadonlyMap<TaskId, Task>;
      readonly edges: ReadonlyMap<TaskId, readonly TaskEdge[]>;
    }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** One request for each target and configuration: a whole run asks for few of them. */
function defineTasks(graph: ProjectGraph, nxTasks: readonly NxTask[]): DefinedTasks {
  const tasks = new Map<TaskId, Task>();
  const edges = new Map<TaskId, readonly TaskEdge[]>();
  const requests = Map.groupBy(nxTasks, ({ target }) => JSON.stringify([target.target, target.configuration ?? null]));
  for (const group of requests.values()) {
    const { target, configuration = null } = group[0]!.target;
    const projects = group.map((task) => asProjectName(task.target.project));
    const built = buildTaskGraph(graph, { projects, targets: [target], configuration, args: [] });
    if (built.kind === 'invalid') return built;
    for (const [id, task] of built.taskGraph.tasks) tasks.set(id, task);
    for (const [id, found] of built.taskGraph.dependencies) edges.set(id, [...(edges.get(id) ?? []), ...found]);
  }
  return { kind: 'defined', tasks, edges };
}

function listEdges(whole: NxTaskGraph, id: string, known: readonly TaskEdge[]): readonly TaskEdge[] {
  const named = [...(whole.dependencies[id] ?? []), ...(whole.continuousDependencies?.[id] ?? [])].map(idOf);
  return [...new Set(named)]
    .toSorted()
    .map((dependency) => known.find((edge) => edge.dependency === dependency) ?? { dependency, hashed: true });
}

function idOf(edge: NxEdge): TaskId {
  return (typeof edge === 'string' ? edge : edge.id) as TaskId;
}

function keepOnly({ tasks, dependencies }: TaskGraph, ids: ReadonlySet<string>): TaskGraph {
  return {
    tasks: new Map([...tasks].filter(([id]) => ids.has(id))),
    dependencies: new Map(
      [...dependencies]
        .filter(([id]) => ids.has(id))
        .map(([id, edges]) => [id, edges.filter(({ dependency }) => ids.has(dependency))]),
    ),
  };
}

function unknownTask(id: string): Problem {
  return { code: 'unknown-target', severity: 'error', target: id, near: [] };
}
