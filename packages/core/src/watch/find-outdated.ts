import { compareCodeUnits, type TaskId } from '../ids.ts';
import type { AffectedReason } from '../affected/affected-reason.ts';
import { findDependents } from '../plan/find-dependents.ts';
import type { TaskGraph } from '../task-graph/task-graph.ts';

/** Who depends on whom by a hashed edge: made once for a task graph, since that is large and changes are small. */
export type Dependents = ReadonlyMap<TaskId, readonly TaskId[]>;

export function indexHashedDependents(taskGraph: TaskGraph): Dependents {
  return findDependents(taskGraph, (edge) => edge.hashed);
}

/**
 * Adds to the stale tasks all that depends on them: those reasons name the dependency, on a shortest way to what is
 * stale. Costs what it finds, not what there is.
 */
export function findOutdated(
  stale: ReadonlyMap<TaskId, AffectedReason>,
  dependents: Dependents,
): ReadonlyMap<TaskId, AffectedReason> {
  const outdated = new Map(stale);
  let level = [...stale.keys()];
  while (level.length > 0) {
    const next: TaskId[] = [];
    for (const task of level.sort(compareCodeUnits)) {
      for (const dependent of dependents.get(task) ?? []) {
        if (outdated.has(dependent)) continue;
        outdated.set(dependent, { kind: 'dependency', task });
        next.push(dependent);
      }
    }
    level = next;
  }
  return outdated;
}
