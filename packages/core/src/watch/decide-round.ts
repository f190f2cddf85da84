import { compareCodeUnits, type TaskId } from '../ids.ts';
import type { Task, TaskEdge, TaskGraph } from '../task-graph/task-graph.ts';

/**
 * Where a watched task stands:
 *
 * - `new`: nobody has tried it
 * - `waiting`: planned in the round that goes on, and not hashed yet
 * - `running`: hashed in the round that goes on, and not settled
 * - `alive`: continuous, started up, and still there
 * - `done`: its outputs are those of the inputs that it was hashed with
 * - `failed`, `skipped`, `cancelled`: as the last round left it
 */
export type TaskStanding = 'new' | 'waiting' | 'running' | 'alive' | 'done' | 'failed' | 'skipped' | 'cancelled';

export interface WatchedTasks {
  readonly taskGraph: TaskGraph;
  /** Tasks whose inputs moved since they were hashed, or that depend on such. */
  readonly outdated: ReadonlySet<TaskId>;
  readonly standingOf: (task: TaskId) => TaskStanding;
}

/**
 * Whether the round that goes on works on what is no longer so. Tasks that still wait will be hashed as things are by
 * then: they are no reason. Null: it may go on; else the tasks that have to be stopped, which may be none. Continuous
 * tasks that are alive are not stopped here: they serve until what replaces them is about to start.
 */
export function decideInterrupt({ outdated, standingOf }: WatchedTasks): readonly TaskId[] | null {
  const late = [...outdated].filter((task) => !isAhead(standingOf(task)));
  if (late.length === 0) return null;
  return late.filter((task) => standingOf(task) === 'running').sort(compareCodeUnits);
}

function isAhead(standing: TaskStanding): boolean {
  return standing === 'waiting' || standing === 'new';
}

/**
 * The tasks of the next round, once no round goes on: what is outdated or was never tried, what the last round left
 * unfinished, and whatever these need that is not in order. Empty where nothing is outdated or new: a failure alone
 * is no reason to try again. Holds every task at most once, in the order of the graph.
 */
export function decideRound({ taskGraph, outdated, standingOf }: WatchedTasks): TaskGraph {
  const ids = [...taskGraph.tasks.keys()];
  if (!ids.some((id) => outdated.has(id) || standingOf(id) === 'new')) return cutTaskGraph(taskGraph, new Set());
  const chosen = new Set(ids.filter((id) => outdated.has(id) || isUnfinished(standingOf(id))));
  for (const id of chosen) {
    for (const { dependency } of taskGraph.dependencies.get(id) ?? []) {
      if (!isInOrder(standingOf(dependency))) chosen.add(dependency);
    }
  }
  return cutTaskGraph(taskGraph, addSkipped(taskGraph, chosen, standingOf));
}

/** `waiting` and `running` are what an interrupted round leaves, where nobody has told otherwise. */
function isUnfinished(standing: TaskStanding): boolean {
  return standing === 'new' || standing === 'cancelled' || standing === 'waiting' || standing === 'running';
}

function isInOrder(standing: TaskStanding): boolean {
  return standing === 'done' || standing === 'alive';
}

/** What was skipped gets its turn when one of those that it waits for does, also over edges that are not hashed. */
function addSkipped(
  { tasks, dependencies }: TaskGraph,
  chosen: Set<TaskId>,
  standingOf: (task: TaskId) => TaskStanding,
): ReadonlySet<TaskId> {
  const skipped = [...tasks.keys()].filter((id) => standingOf(id) === 'skipped' && !chosen.has(id));
  for (let added = true; added;) {
    added = false;
    for (const id of skipped) {
      const needs = (dependencies.get(id) ?? []).map((edge) => edge.dependency);
      const canRun = needs.every((need) => isInOrder(standingOf(need)) || chosen.has(need));
      if (chosen.has(id) || !canRun || !needs.some((need) => chosen.has(need))) continue;
      chosen.add(id);
      added = true;
    }
  }
  return chosen;
}

/** Exactly these tasks, with the edges between them: what they need besides is in order. */
function cutTaskGraph(taskGraph: TaskGraph, kept: ReadonlySet<TaskId>): TaskGraph {
  const tasks = new Map<TaskId, Task>();
  const dependencies = new Map<TaskId, readonly TaskEdge[]>();
  for (const [id, task] of taskGraph.tasks) {
    if (!kept.has(id)) continue;
    tasks.set(id, task);
    dependencies.set(
      id,
      (taskGraph.dependencies.get(id) ?? []).filter((edge) => kept.has(edge.dependency)),
    );
  }
  return { tasks, dependencies };
}
