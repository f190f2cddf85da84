import type { TaskHash, TaskId } from '../ids.ts';
import type { CacheLookupResult } from '../run-event.ts';

export type PlannedHash =
  | { readonly kind: 'ready'; readonly hash: TaskHash }
  /** Inputs include outputs of tasks that have not run yet. */
  | { readonly kind: 'deferred'; readonly waitsFor: readonly TaskId[] };

export interface RunPlanEntry {
  readonly task: TaskId;
  readonly hash: PlannedHash;
  readonly dependsOn: readonly TaskId[];
  readonly cache: CacheLookupResult | { readonly kind: 'deferred' };
  readonly expectedMs: number | null;
}

/** What a run would do: the dry run and the task graph view print it. Sorted by task id. */
export interface RunPlan {
  readonly entries: readonly RunPlanEntry[];
  /** The longest path by expected duration (or by count where none is known), first task first. */
  readonly criticalPath: readonly TaskId[];
}
