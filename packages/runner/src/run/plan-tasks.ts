import type { PlannedTask, SharedCapacity, Task, TaskTakes } from '@larder/core';
import type { RunRequest } from './run-request.ts';

/** What those who watch are told of the tasks before any of them starts; in the order of the task graph. */
export function planTasks({ taskGraph, expectedMs, shared }: RunRequest): readonly PlannedTask[] {
  return [...taskGraph.tasks.values()].map((task) => ({
    id: task.id,
    project: task.project,
    target: task.target,
    requested: task.requested,
    cacheable: task.cache && !task.continuous,
    continuous: task.continuous,
    ...(task.definition.outputLogs === undefined ? {} : { outputLogs: task.definition.outputLogs }),
    dependsOn: (taskGraph.dependencies.get(task.id) ?? []).map((edge) => edge.dependency),
    expectedMs: expectedMs.get(task.id) ?? null,
    ...describeTakes(task, shared),
  }));
}

/** Nothing of a task that takes one slot, or, being continuous, none. */
function describeTakes(
  { id, continuous, parallelism }: Task,
  shared: SharedCapacity | undefined,
): { readonly takes?: TaskTakes } {
  const demand = shared?.demands.get(id);
  const weight = demand?.weight ?? 1;
  const shares = [...(demand?.resources ?? [])].map(([name, amount]) => ({
    name,
    amount,
    of: shared?.resources.get(name) ?? 0,
  }));
  const isPlain = weight === 1 && parallelism && shares.length === 0;
  return continuous || isPlain ? {} : { takes: { weight, alone: !parallelism, shares } };
}
