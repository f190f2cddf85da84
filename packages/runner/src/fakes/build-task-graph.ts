import { asProjectName, asWorkspacePath, compareCodeUnits } from '@larder/core';
import type { Target, Task, TaskGraph, TaskId } from '@larder/core';

/** A task graph from `'web:build': ['ui:build']`; every name in it is a task. */
export function buildTaskGraph(
  dependencies: Readonly<Record<string, readonly string[]>>,
  overrides: Readonly<Record<string, Partial<Task>>> = {},
): TaskGraph {
  const ids = [...new Set(Object.entries(dependencies).flatMap(([id, others]) => [id, ...others]))];
  const sorted = ids.toSorted(compareCodeUnits) as TaskId[];
  return {
    tasks: new Map(sorted.map((id) => [id, buildTask(id, overrides[id])])),
    dependencies: new Map(
      sorted.map((id) => {
        const own = (dependencies[id] ?? []).toSorted(compareCodeUnits) as TaskId[];
        return [id, own.map((dependency) => ({ dependency, hashed: true }))];
      }),
    ),
  };
}

export function buildTask(id: string, overrides: Partial<Task> = {}): Task {
  const [project = '', target = ''] = id.split(':');
  const task: Task = {
    id: id as TaskId,
    project: asProjectName(project),
    projectRoot: asWorkspacePath(`packages/${project}`),
    target,
    configuration: null,
    definition: buildTarget(target),
    options: {},
    args: [],
    outputs: [],
    cache: true,
    continuous: false,
    parallelism: true,
    requested: false,
  };
  return { ...task, ...overrides };
}

export function buildTarget(name: string, overrides: Partial<Target> = {}): Target {
  const target: Target = {
    name,
    executor: 'test:any',
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
  return { ...target, ...overrides };
}
