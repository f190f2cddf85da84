import {
  indexOutputs,
  indexUntouched,
  type OutputPlaces,
  type TaskGraph,
  type TaskId,
  type WorkspacePath,
} from '@larder/core';
import { createInputContext } from '../run/create-input-context.ts';
import type { Session } from '../session/open-session.ts';

export interface RememberedIndex {
  readonly outputs: OutputPlaces;
  /** The tasks that can be taken from memory, where nothing but these paths changed. */
  findUntouched(paths: readonly WorkspacePath[]): ReadonlySet<TaskId>;
}

/**
 * What can be said of the tasks of a run of which some are remembered. The others have to be looked at whatever changed: what
 * they make may be new, and what they build on has to be known then.
 */
export function indexRemembered(
  session: Session,
  taskGraph: TaskGraph,
  remembered: Iterable<{ readonly id: TaskId }>,
): RememberedIndex {
  const outputs = indexOutputs(taskGraph);
  const { commonInputs } = createInputContext(session);
  const find = indexUntouched({ graph: session.graph, taskGraph, outputs, commonInputs });
  const others = new Set(taskGraph.tasks.keys());
  for (const { id } of remembered) others.delete(id);
  return { outputs, findUntouched: (paths) => find(paths, others) };
}
