import { canonicalJson } from '../hash/canonical.ts';
import type { TaskId } from '../ids.ts';
import type { JsonValue } from '../json.ts';
import type { TaskDefinitions } from './find-redefined.ts';

/**
 * The tasks that two readings of one workspace define alike. What they depend on may differ, and where they are
 * defined, and what is only shown.
 */
export function findSameTasks(one: TaskDefinitions, other: TaskDefinitions): ReadonlySet<TaskId> {
  const ids = [...one.taskGraph.tasks.keys()].filter((id) => {
    const described = describeTask(id, one);
    return described !== null && described === describeTask(id, other);
  });
  return new Set(ids);
}

function describeTask(id: TaskId, { graph, taskGraph }: TaskDefinitions): string | null {
  const task = taskGraph.tasks.get(id);
  if (task === undefined) return null;
  const { executor, inputs, dependsOn } = task.definition;
  const { projectRoot, configuration, options, args, outputs, cache, continuous } = task;
  const namedInputs = graph.projects.get(task.project)?.namedInputs ?? {};
  const own = { executor, inputs, dependsOn, projectRoot, configuration, options, args, outputs, cache, continuous };
  // All of it came from JSON.
  return canonicalJson({ ...own, namedInputs } as unknown as JsonValue);
}
