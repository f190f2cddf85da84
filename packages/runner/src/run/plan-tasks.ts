import type { PlannedTask } from '@larder/core';
import type { RunRequest } from './run-request.ts';

/** What those who watch are told of the tasks before any of them starts; in the order of the task graph. */
export function planTasks({ taskGraph, expectedMs }: RunRequest): readonly PlannedTask[] {
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
  }));
}
