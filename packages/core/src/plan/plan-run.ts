import type { TaskId } from '../ids.ts';
import type { CacheLookupResult } from '../run-event.ts';
import type { Task, TaskGraph } from '../task-graph/task-graph.ts';
import { findCriticalPath } from './critical-path.ts';
import { prioritise } from './prioritise.ts';
import type { PlannedHash, RunPlan, RunPlanEntry } from './run-plan.ts';

export interface PlanRunInput {
  readonly taskGraph: TaskGraph;
  /** Every task has one. */
  readonly hashes: ReadonlyMap<TaskId, PlannedHash>;
  /** What the cache said, for the tasks that it was asked about. */
  readonly lookups: ReadonlyMap<TaskId, CacheLookupResult>;
  /** Milliseconds, from earlier runs. */
  readonly durations: ReadonlyMap<TaskId, number>;
}

export function planRun(input: PlanRunInput): RunPlan {
  const { taskGraph, durations } = input;
  return {
    entries: [...taskGraph.tasks.values()].map((task) => planTask(task, input)),
    criticalPath: findCriticalPath(taskGraph, prioritise(taskGraph, durations)),
  };
}

function planTask(task: Task, { taskGraph, hashes, lookups, durations }: PlanRunInput): RunPlanEntry {
  const hash = hashes.get(task.id);
  if (hash === undefined) throw new Error(`${task.id} was planned without a hash`);
  return {
    task: task.id,
    hash,
    dependsOn: (taskGraph.dependencies.get(task.id) ?? []).map((edge) => edge.dependency),
    cache: planLookup(task, hash, lookups.get(task.id)),
    expectedMs: durations.get(task.id) ?? null,
  };
}

function planLookup(task: Task, hash: PlannedHash, lookup: CacheLookupResult | undefined): RunPlanEntry['cache'] {
  if (lookup !== undefined) return lookup;
  if (task.continuous) return { kind: 'uncacheable', reason: 'it is continuous' };
  if (!task.cache) return { kind: 'uncacheable', reason: 'its target does not set "cache": true' };
  return hash.kind === 'deferred' ? { kind: 'deferred' } : { kind: 'miss', reason: null };
}
