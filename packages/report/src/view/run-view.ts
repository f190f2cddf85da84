import type {
  CacheLookupResult,
  CacheTroubleCode,
  PlannedTask,
  RunEvent,
  RunId,
  RunTotals,
  TaskHash,
  TaskId,
  TaskOutcome,
  TaskUsage,
} from '@larder/core';
import type { OutputTail } from './output-tail.ts';
import type { RunUsage } from './task-usage.ts';

/**
 * `waiting` for dependencies; `looking-up` has a hash and asks the caches; `restoring` after a hit;
 * `queued` after a miss, until a slot is free; then `running`; at last `settled`.
 */
export type TaskState = 'waiting' | 'looking-up' | 'restoring' | 'queued' | 'running' | 'settled';

/** One task as far as the run has come. Replaced, never changed, except for what `output` holds. */
export interface TaskView extends PlannedTask {
  readonly state: TaskState;
  readonly hash: TaskHash | null;
  readonly lookup: CacheLookupResult | null;
  readonly outcome: TaskOutcome | null;
  /** Null before it settled, and where no process ran. */
  readonly usage: TaskUsage | null;
  /** As a person would type it; null before the task started. */
  readonly command: string | null;
  /** 0 before the first. */
  readonly attempt: number;
  /** Those that failed before this one, first to last. */
  readonly failedAttempts: readonly FailedAttempt[];
  /** What is typed reaches its processes. */
  readonly takesInput: boolean;
  /** A continuous task that its dependents may use. */
  readonly ready: boolean;
  readonly hashMs: number | null;
  readonly lookupMs: number | null;
  /** When anything first happened to it, in milliseconds since the start of the run. */
  readonly activeAt: number | null;
  /** When its process started. */
  readonly startedAt: number | null;
  readonly settledAt: number | null;
  /** Of the artifact that was stored in the local cache; null before, and where none was. */
  readonly storedBytes: number | null;
  /** What it took, with the longest chain of dependencies before it; 0 before it settled. */
  readonly chainMs: number;
  /** The dependency before it in that chain. */
  readonly chainFrom: TaskId | null;
  /** Of the latest attempt; null before its first output. */
  readonly output: OutputTail | null;
}

export interface FailedAttempt {
  readonly exitCode: number;
  /** The short end of what it printed; null where it printed nothing. */
  readonly output: OutputTail | null;
}

/** Task ids by what a person wants to see of them. */
export interface TaskGroups {
  /** In the order in which they failed. */
  readonly failed: readonly TaskId[];
  /** Running, restoring or looking up; in the order in which they became active. */
  readonly active: ReadonlySet<TaskId>;
  /** Waiting for dependencies or for a slot; in the order of the plan. */
  readonly waiting: ReadonlySet<TaskId>;
  /** Settled otherwise, in the order in which they settled. */
  readonly done: readonly TaskId[];
}

export interface CacheTroubleView {
  readonly code: CacheTroubleCode;
  readonly count: number;
  readonly firstTask: TaskId | null;
  readonly firstDetail: string;
}

export interface RemoteTraffic {
  readonly downloadedBytes: number;
  readonly downloadMs: number;
  readonly uploadedBytes: number;
  readonly uploadMs: number;
  /** Not uploaded, because executing costs less than moving the bytes. */
  readonly skippedUploads: number;
  readonly skippedUploadBytes: number;
}

/** Tasks that settled after a lookup. Cacheable ones only: what cannot be a hit does not lower the rate. */
export interface HitCounts {
  readonly cacheable: number;
  /** Restored from the local cache, or already in place. */
  readonly local: number;
  readonly remote: number;
}

/** `at`: when it was measured, in milliseconds since the start of the run. */
export type UsageNow = Pick<
  Extract<RunEvent, { type: 'usage-sampled' }>,
  'at' | 'busyCores' | 'residentBytes' | 'machine'
>;

export interface RunView {
  /** Null before `run-started`. */
  readonly runId: RunId | null;
  readonly startedAtEpochMs: number;
  readonly command: string;
  readonly slots: number;
  /** Time of the latest event, in milliseconds since the start of the run. */
  readonly at: number;
  /** In the order of the plan. */
  readonly tasks: ReadonlyMap<TaskId, TaskView>;
  readonly groups: TaskGroups;
  /** Tasks to which anything has happened, in the order in which it first did; skipped ones are not among them. */
  readonly startOrder: readonly TaskId[];
  readonly totals: RunTotals;
  readonly settledCount: number;
  readonly hits: HitCounts;
  readonly savedMs: number;
  readonly remote: RemoteTraffic;
  /** One entry per code, in the order of their first occurrence. */
  readonly troubles: ReadonlyMap<CacheTroubleCode, CacheTroubleView>;
  /** Misses by reason; a bounded number of reasons. */
  readonly missReasons: ReadonlyMap<string, number>;
  readonly usage: RunUsage;
  /** What running tasks used when that was last measured; null where nobody tells it. */
  readonly usageNow: UsageNow | null;
  /** The last task of the critical path so far. */
  readonly criticalEnd: TaskId | null;
  /** Null while the run goes on. */
  readonly finished: { readonly exitCode: number; readonly durationMs: number } | null;
}
