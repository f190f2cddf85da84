import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { asRunId, parseTaskHash, type TaskId } from '@larder/core';
import type { RunRecord, TaskRecord } from '../records/run-record.ts';
import { parseOutcome } from './parse-outcome.ts';
import { parseTakes } from './parse-takes.ts';

export interface RunFilter {
  readonly limit: number;
  readonly sinceEpochMs?: number;
  /** The beginning of a run id. */
  readonly runId?: string;
  readonly branch?: string;
}

type Row = Readonly<Record<string, SQLOutputValue>>;

/** Newest first; each with all of its tasks. */
export function readRuns(database: DatabaseSync, filter: RunFilter): readonly RunRecord[] {
  const runs = database
    .prepare(
      `select * from runs where started_at >= ? and (? is null or substr(run_id, 1, length(?)) = ?)
        and (? is null or git_branch = ?) order by id desc limit ?`,
    )
    .all(
      filter.sinceEpochMs ?? 0,
      ...repeat(filter.runId ?? null, 3),
      ...repeat(filter.branch ?? null, 2),
      filter.limit,
    );
  if (runs.length === 0) return [];
  const tasks = readTasks(database, Number(runs.at(-1)?.['id']), Number(runs[0]?.['id']));
  return runs.map((run) => toRunRecord(run, tasks.get(Number(run['id'])) ?? []));
}

function repeat<Value>(value: Value, count: number): Value[] {
  return Array.from({ length: count }, () => value);
}

function readTasks(database: DatabaseSync, first: number, last: number): ReadonlyMap<number, readonly TaskRecord[]> {
  const names = new Map<string, TaskId>();
  for (const row of database.prepare('select id, name from names').iterate()) {
    names.set(String(row['id']), String(row['name']) as TaskId);
  }
  const tasks = new Map<number, TaskRecord[]>();
  for (const row of database.prepare('select * from tasks where run between ? and ?').iterate(first, last)) {
    const run = Number(row['run']);
    const list = tasks.get(run) ?? [];
    list.push(toTaskRecord(row, names));
    tasks.set(run, list);
  }
  return tasks;
}

function toRunRecord(row: Row, tasks: readonly TaskRecord[]): RunRecord {
  return {
    v: 1,
    runId: asRunId(String(row['run_id'])),
    startedAtEpochMs: Number(row['started_at']),
    command: String(row['command']),
    slots: Number(row['slots']),
    exitCode: Number(row['exit_code']),
    durationMs: Number(row['duration_ms']),
    savedMs: Number(row['saved_ms']),
    downloadedBytes: Number(row['downloaded_bytes']),
    uploadedBytes: Number(row['uploaded_bytes']),
    unusedDownloads: Number(row['unused_downloads']),
    git: {
      head: toText(row['git_head']),
      branch: toText(row['git_branch']),
      dirty: row['git_dirty'] === null ? null : Number(row['git_dirty']) === 1,
    },
    totals: {
      executed: Number(row['executed']),
      restoredLocal: Number(row['restored_local']),
      restoredRemote: Number(row['restored_remote']),
      upToDate: Number(row['up_to_date']),
      failed: Number(row['failed']),
      skipped: Number(row['skipped']),
      cancelled: Number(row['cancelled']),
    },
    tasks,
  };
}

function toTaskRecord(row: Row, names: ReadonlyMap<string, TaskId>): TaskRecord {
  const dependsOn = String(row['depends_on']).split(',');
  const takes = parseTakes(row['takes']);
  return {
    id: names.get(String(row['name'])) ?? ('?' as TaskId),
    cacheable: row['cacheable'] === 1,
    continuous: row['continuous'] === 1,
    dependsOn: dependsOn.map((name) => names.get(name)).filter((name) => name !== undefined),
    hash: typeof row['hash'] === 'string' ? parseTaskHash(row['hash']) : null,
    outcome: parseOutcome(row['outcome']),
    reason: toText(row['reason']),
    hashMs: toNumber(row['hash_ms']),
    lookupMs: toNumber(row['lookup_ms']),
    activeAt: toNumber(row['active_at']),
    startedAt: toNumber(row['started_at']),
    settledAt: toNumber(row['settled_at']),
    storedBytes: toNumber(row['stored_bytes']),
    cpuMs: toNumber(row['cpu_ms']),
    peakMemoryBytes: toNumber(row['peak_memory_bytes']),
    ...(takes === null ? {} : { takes }),
  };
}

function toText(value: SQLOutputValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function toNumber(value: SQLOutputValue | undefined): number | null {
  return typeof value === 'number' ? value : null;
}
