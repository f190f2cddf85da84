import type { RunId, RunTotals, TaskHash, TaskId, TaskOutcome, TaskTakes } from '@larder/core';
import type { RunView, TaskView } from '../view/run-view.ts';

/** What is kept of a run. Times are milliseconds; those of tasks count from the start of the run. */
export interface RunRecord {
  readonly v: 1;
  readonly runId: RunId;
  readonly startedAtEpochMs: number;
  readonly command: string;
  readonly slots: number;
  /** 130 where the run broke off. */
  readonly exitCode: number;
  readonly durationMs: number;
  readonly savedMs: number;
  readonly downloadedBytes: number;
  readonly uploadedBytes: number;
  /** Artifacts that were downloaded ahead, and nobody asked for. */
  readonly unusedDownloads: number;
  readonly git: GitFacts;
  readonly totals: RunTotals;
  /** In the order of the plan. */
  readonly tasks: readonly TaskRecord[];
}

/** Null where it is not known: outside a repository, on no branch, or where nobody asked. */
export interface GitFacts {
  readonly head: string | null;
  readonly branch: string | null;
  /** Whether tracked files differ from the head. */
  readonly dirty: boolean | null;
}

export interface TaskRecord {
  readonly id: TaskId;
  /** False also where this run asked no cache for it. */
  readonly cacheable: boolean;
  readonly continuous: boolean;
  readonly dependsOn: readonly TaskId[];
  readonly hash: TaskHash | null;
  readonly outcome: TaskOutcome | null;
  /** Why it missed or could not be cached; null on a hit and where nobody knows. */
  readonly reason: string | null;
  readonly hashMs: number | null;
  readonly lookupMs: number | null;
  /** When it was first worked on: hashing starts here. */
  readonly activeAt: number | null;
  /** When its process started; null where none did. */
  readonly startedAt: number | null;
  readonly settledAt: number | null;
  /** Of the artifact that was stored; null where none was. */
  readonly storedBytes: number | null;
  /** User and system time of its processes; null where none ran or nobody measured. */
  readonly cpuMs: number | null;
  readonly peakMemoryBytes: number | null;
  /** Absent: one slot, and nothing else; also in records of before it was kept. */
  readonly takes?: TaskTakes;
}

export const noGit: GitFacts = { head: null, branch: null, dirty: null };

/** Null where the view has seen no run. */
export function buildRunRecord(view: RunView, git: GitFacts): RunRecord | null {
  if (view.runId === null) return null;
  return {
    v: 1,
    runId: view.runId,
    startedAtEpochMs: view.startedAtEpochMs,
    command: view.command,
    slots: view.slots,
    exitCode: view.finished?.exitCode ?? 130,
    durationMs: view.finished?.durationMs ?? view.at,
    savedMs: view.savedMs,
    downloadedBytes: view.remote.downloadedBytes,
    uploadedBytes: view.remote.uploadedBytes,
    // Only the daemon, which fetches for others, counts them.
    unusedDownloads: 0,
    git,
    totals: view.totals,
    tasks: [...view.tasks.values()].map(buildTaskRecord),
  };
}

function buildTaskRecord(task: TaskView): TaskRecord {
  const { id, continuous, dependsOn, hash, outcome, lookup } = task;
  const cacheable = task.cacheable && lookup?.kind !== 'uncacheable';
  const { hashMs, lookupMs, activeAt, startedAt, settledAt, storedBytes } = task;
  const reason = lookup === null || lookup.kind === 'hit' ? null : lookup.reason;
  const times = { hashMs, lookupMs, activeAt, startedAt, settledAt };
  const usage = { cpuMs: task.usage?.cpuMs ?? null, peakMemoryBytes: task.usage?.peakMemoryBytes ?? null };
  const takes = task.takes === undefined ? {} : { takes: task.takes };
  return { id, cacheable, continuous, dependsOn, hash, outcome, reason, ...times, storedBytes, ...usage, ...takes };
}
