import {
  asProjectName,
  asWorkspacePath,
  compareCodeUnits,
  formatTaskId,
  type Target,
  type Task,
  type TaskEdge,
  type TaskGraph,
  type TaskId,
} from '@larder/core';

export interface TaskOverrides extends Partial<Omit<Task, 'id' | 'project' | 'target' | 'definition'>> {
  readonly definition?: Partial<Target>;
}

/**
 * Builds a task graph from lines such as `web:build -> ui:build, util:build` or `lint:check`; with `~>`
 * the edges are not hashed. Projects lie in `packages/<name>`. Tasks are cacheable and requested unless
 * `overrides`, by task id, say otherwise. Does not look for cycles.
 */
export function drawTaskGraph(drawing: string, overrides: Readonly<Record<string, TaskOverrides>> = {}): TaskGraph {
  const dependencies = new Map<TaskId, TaskEdge[]>();
  for (const line of drawing.split('\n').map((one) => one.trim())) {
    if (line === '') continue;
    const [left = '', right = ''] = line.split(/\s*[-~]>\s*/);
    const edges = obtainEdges(dependencies, parseId(left));
    for (const name of right.split(/[\s,]+/).filter((one) => one !== '')) {
      const dependency = parseId(name);
      obtainEdges(dependencies, dependency);
      edges.push({ dependency, hashed: !line.includes('~>') });
    }
  }
  const ids = [...dependencies.keys()].sort(compareCodeUnits);
  return {
    tasks: new Map(ids.map((id) => [id, createTask(id, overrides[id] ?? {})])),
    dependencies: new Map(ids.map((id) => [id, sortEdges(dependencies.get(id) ?? [])])),
  };
}

/** A cacheable, requested task such as `web:build`, with whatever else `overrides` say. */
export function createTask(id: string, overrides: TaskOverrides = {}): Task {
  const [project = '', target = '', configuration = null] = id.split(':');
  const { definition, ...rest } = overrides;
  return {
    id: formatTaskId(project, target, configuration),
    project: asProjectName(project),
    projectRoot: asWorkspacePath(`packages/${project}`),
    target,
    configuration,
    options: {},
    args: [],
    outputs: [],
    cache: true,
    continuous: false,
    parallelism: true,
    requested: true,
    ...rest,
    definition: { ...createTarget(target), ...definition },
  };
}

function createTarget(name: string): Target {
  return {
    name,
    executor: 'nx:run-script',
    options: {},
    configurations: {},
    defaultConfiguration: null,
    inputs: null,
    outputs: [],
    dependsOn: [],
    cache: true,
    continuous: false,
    parallelism: true,
    metadata: {},
    location: null,
  };
}

function parseId(text: string): TaskId {
  const [project = '', target = '', configuration = null] = text.trim().split(':');
  return formatTaskId(project, target, configuration);
}

function obtainEdges(dependencies: Map<TaskId, TaskEdge[]>, id: TaskId): TaskEdge[] {
  const edges = dependencies.get(id) ?? [];
  dependencies.set(id, edges);
  return edges;
}

function sortEdges(edges: readonly TaskEdge[]): readonly TaskEdge[] {
  return edges.toSorted((a, b) => compareCodeUnits(a.dependency, b.dependency));
}
