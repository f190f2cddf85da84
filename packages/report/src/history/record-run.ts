import type { DatabaseSync } from 'node:sqlite';
import { transact, type TaskId } from '@larder/core';
import type { RunRecord, TaskRecord } from '../records/run-record.ts';
import { pruneHistory } from './prune-history.ts';
import { addExpectations } from './task-expectations.ts';

/** Pruning looks at every run: often enough, and not each time. */
const pruneEvery = 16;
const maxReasonCharacters = 300;

/** Writes a run in one transaction, so that others see all of it or nothing. Throws what SQLite throws. */
export function recordRun(database: DatabaseSync, record: RunRecord): void {
  transact(database, () => {
    const run = insertRun(database, record);
    const names = internNames(database, record.tasks);
    insertTasks(database, { run, names, tasks: record.tasks });
    addExpectations(database, names, record.tasks);
    if (run % pruneEvery === 0) pruneHistory(database, record.startedAtEpochMs);
  });
}

function insertRun(database: DatabaseSync, record: RunRecord): number {
  const { git, totals } = record;
  const statement = database.prepare(
    `insert into runs (run_id, started_at, command, slots, exit_code, duration_ms, saved_ms, downloaded_bytes,
      uploaded_bytes, git_head, git_branch, git_dirty, executed, restored_local, restored_remote, up_to_date,
      failed, skipped, cancelled, unused_downloads)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const { lastInsertRowid } = statement.run(
    record.runId,
    record.startedAtEpochMs,
    record.command,
    record.slots,
    record.exitCode,
    record.durationMs,
    record.savedMs,
    record.downloadedBytes,
    record.uploadedBytes,
    git.head,
    git.branch,
    git.dirty === null ? null : Number(git.dirty),
    totals.executed,
    totals.restoredLocal,
    totals.restoredRemote,
    totals.upToDate,
    totals.failed,
    totals.skipped,
    totals.cancelled,
    // What waits to be written may be of an earlier version.
    record.unusedDownloads ?? 0,
  );
  return Number(lastInsertRowid);
}

/** The id of each task's name; new names get one. */
function internNames(database: DatabaseSync, tasks: readonly TaskRecord[]): ReadonlyMap<TaskId, number> {
  const names = JSON.stringify([...new Set(tasks.flatMap(({ id, dependsOn }) => [id, ...dependsOn]))]);
  database.prepare('insert or ignore into names (name) select value from json_each(?)').run(names);
  const rows = database.prepare('select id, name from names where name in (select value from json_each(?))').all(names);
  return new Map(rows.map((row) => [String(row['name']) as TaskId, Number(row['id'])]));
}

interface TaskRows {
  readonly run: number;
  readonly names: ReadonlyMap<TaskId, number>;
  readonly tasks: readonly TaskRecord[];
}

function insertTasks(database: DatabaseSync, { run, names, tasks }: TaskRows): void {
  const statement = database.prepare(
    `insert into tasks (run, position, name, cacheable, continuous, depends_on, hash, outcome, reason, hash_ms,
      lookup_ms, active_at, started_at, settled_at, stored_bytes, cpu_ms, peak_memory_bytes, takes)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  for (const [position, task] of tasks.entries()) {
    statement.run(
      run,
      position,
      names.get(task.id) ?? 0,
      Number(task.cacheable),
      Number(task.continuous),
      task.dependsOn.map((id) => names.get(id)).join(','),
      task.hash,
      task.outcome === null ? null : JSON.stringify(task.outcome),
      task.reason?.slice(0, maxReasonCharacters) ?? null,
      task.hashMs,
      task.lookupMs,
      task.activeAt,
      task.startedAt,
      task.settledAt,
      task.storedBytes,
      task.cpuMs,
      task.peakMemoryBytes,
      task.takes === undefined ? null : JSON.stringify(task.takes),
    );
  }
}
