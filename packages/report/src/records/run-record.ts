import type { RunId, RunTotals, TaskHash, TaskId, TaskOutcome } from '@larder/core';
import type { RunView, TaskView } from '../view/run-view.ts';

/** What is kept of a run. Times are milliseconds; `startedAt` and `settledAt` count from the start of the run. */
export interface RunRecord {
  readonly v: 1;
  readonly runId: RunId;
  readonly startedAtEpochMs: number;
  readonly command: string;
  readonly exitCode: number;
  readonly durationMs: number;
  readonly savedMs: number;
  readonly totals: RunTotals;
  readonly tasks: readonly TaskRecord[];
}

export interface TaskRecord {
  readonly id: TaskId;
  readonly hash: TaskHash | null;
  readonly outcome: TaskOutcome | null;
  /** Why it missed or could not be cached; null on a hit and where nobody knows. */
  readonly reason: string | null;
  readonly hashMs: number | null;
  readonly lookupMs: number | null;
  readonly startedAt: number | null;
  readonly settledAt: number | null;
}

/** Null where the view has seen no run. A run that broke off has the exit code 130. */
export function buildRunRecord(view: RunView): RunRecord | null {
  if (view.runId === null) return null;
  return {
    v: 1,
    runId: view.runId,
    startedAtEpochMs: view.startedAtEpochMs,
    command: view.command,
    exitCode: view.finished?.exitCode ?? 130,
    durationMs: view.finished?.durationMs ?? view.at,
    savedMs: view.savedMs,
    totals: view.totals,
    tasks: [...view.tasks.values()].map(buildTaskRecord),
  };
}

function buildTaskRecord(task: TaskView): TaskRecord {
  const { id, hash, outcome, lookup, hashMs, lookupMs, startedAt, settledAt } = task;
  const reason = lookup === null || lookup.kind === 'hit' ? null : lookup.reason;
  return { id, hash, outcome, reason, hashMs, lookupMs, startedAt, settledAt };
}
