import type { DatabaseSync } from 'node:sqlite';
import { parseTaskHash, type TaskHash, type TaskId } from '@larder/core';
import { parseOutcome } from './parse-outcome.ts';

/** What the newest run that knows a task says about it. */
export interface LastTaskRun {
  readonly runId: string;
  readonly startedAtEpochMs: number;
  readonly hash: TaskHash;
  /** The outcome's kind: `executed`, `restored` … */
  readonly outcome: string;
  readonly reason: string | null;
}

/** Looks through the runs, newest first: an index by name would cost every run more than this costs `why`. */
export function findLastTaskRun(database: DatabaseSync, task: TaskId): LastTaskRun | null {
  const row = database
    .prepare(
      `select runs.run_id as run_id, runs.started_at as started_at, tasks.hash as hash, tasks.outcome as outcome,
        tasks.reason as reason from tasks join runs on runs.id = tasks.run
        where tasks.name = (select id from names where name = ?) and tasks.hash is not null
        order by tasks.run desc limit 1`,
    )
    .get(task);
  const hash = parseTaskHash(String(row?.['hash']));
  if (row === undefined || hash === null) return null;
  return {
    runId: String(row['run_id']),
    startedAtEpochMs: Number(row['started_at']),
    hash,
    outcome: parseOutcome(row['outcome'])?.kind ?? 'unknown',
    reason: typeof row['reason'] === 'string' ? row['reason'] : null,
  };
}
