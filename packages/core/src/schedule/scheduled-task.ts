import { compareCodeUnits, type TaskId } from '../ids.ts';
import type { Task, TaskGraph } from '../task-graph/task-graph.ts';
import type { TaskOutcome } from './outcome.ts';

/**
 * - `waiting`: for its dependencies
 * - `ready`: may be looked up
 * - `looking-up`: handed out by `takeReady`
 * - `queued`: wants a slot
 * - `running`: handed out by `takeRunnable`
 * - `settled`: has an outcome
 */
export type TaskState = 'waiting' | 'ready' | 'looking-up' | 'queued' | 'running' | 'settled';

/** What the schedule knows of one task. Changed by `Schedule` only. */
export interface ScheduledTask {
  readonly id: TaskId;
  readonly task: Task;
  /** Place in the order of priorities, 0 first. No two tasks share one. */
  readonly rank: number;
  readonly dependencies: ScheduledTask[];
  readonly dependents: ScheduledTask[];
  state: TaskState;
  /** Those of the dependents that wait for it to be ready, where it has a check of that. */
  readonly awaitsReady: Set<ScheduledTask>;
  /** Whether those of its dependents that wait for its start only no longer do. */
  hasStarted: boolean;
  /** Dependencies that have neither succeeded nor, being continuous, become ready. */
  missing: number;
  /** Whether its dependents no longer wait for it. */
  isSatisfied: boolean;
  /** Dependents that may still need it while they run, or of which a dependent may. */
  users: number;
  /** Set while it is looked up: what becomes of it unless the lookup is a hit. */
  fate: TaskOutcome | null;
  /** Once it has settled. */
  outcome: TaskOutcome | null;
  /** It runs, and was reported as not needed any more. */
  isStopping: boolean;
}

export function createScheduledTasks(
  taskGraph: TaskGraph,
  priorities: ReadonlyMap<TaskId, number>,
): ReadonlyMap<TaskId, ScheduledTask> {
  const ranks = rankTasks(taskGraph, priorities);
  const scheduled = new Map<TaskId, ScheduledTask>();
  for (const [id, task] of taskGraph.tasks) scheduled.set(id, createScheduledTask(task, ranks.get(id) ?? 0));
  for (const one of scheduled.values()) {
    for (const { dependency, waitsForReady } of taskGraph.dependencies.get(one.id) ?? []) {
      const other = scheduled.get(dependency);
      if (other === undefined) throw new Error(`${one.id} depends on ${dependency}, which is not in the task graph`);
      one.dependencies.push(other);
      other.dependents.push(one);
      if (waitsForReady === true) other.awaitsReady.add(one);
      one.missing++;
      other.users++;
    }
  }
  return scheduled;
}

/** The highest priority first, then by id: the same order on every machine. */
function rankTasks(taskGraph: TaskGraph, priorities: ReadonlyMap<TaskId, number>): ReadonlyMap<TaskId, number> {
  const priorityOf = (id: TaskId): number => priorities.get(id) ?? 0;
  const ordered = [...taskGraph.tasks.keys()].sort((a, b) => priorityOf(b) - priorityOf(a) || compareCodeUnits(a, b));
  return new Map(ordered.map((id, rank) => [id, rank]));
}

function createScheduledTask(task: Task, rank: number): ScheduledTask {
  return {
    id: task.id,
    task,
    rank,
    dependencies: [],
    dependents: [],
    awaitsReady: new Set(),
    hasStarted: false,
    state: 'waiting',
    missing: 0,
    isSatisfied: false,
    users: 0,
    fate: null,
    outcome: null,
    isStopping: false,
  };
}
