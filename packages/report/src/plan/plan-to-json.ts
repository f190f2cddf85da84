import type { RunPlan, TaskHash, TaskId } from '@larder/core';
import { describePlannedCache, type PlannedCache } from './describe-planned-cache.ts';

/** What `--dry-run=json` prints, described in `docs/ndjson.md`. */
export interface PlanDocument {
  readonly v: 1;
  readonly tasks: readonly PlannedTaskDocument[];
}

export interface PlannedTaskDocument {
  readonly id: TaskId;
  /** Null where it is known only after other tasks have run. */
  readonly hash: TaskHash | null;
  readonly dependsOn: readonly TaskId[];
  readonly cache: PlannedCache;
}

export function planToJson(plan: RunPlan): PlanDocument {
  return {
    v: 1,
    tasks: plan.entries.map((entry) => ({
      id: entry.task,
      hash: entry.hash.kind === 'ready' ? entry.hash.hash : null,
      dependsOn: entry.dependsOn,
      cache: describePlannedCache(entry),
    })),
  };
}
