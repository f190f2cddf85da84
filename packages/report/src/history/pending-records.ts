import { appendFileSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { RunRecord } from '../records/run-record.ts';
import { uniqueSuffix } from '../records/write-file-atomically.ts';

/** Beyond this what waits is taken into the history before more is put there. */
const maxPendingBytes = 2 * 1024 * 1024;

/** As `appendPendingLine`. */
export function appendPendingRecord(historyFileAbsolute: string, record: RunRecord): boolean {
  return appendPendingLine(historyFileAbsolute, JSON.stringify(record));
}

/**
 * Puts a record, JSON in a line, beside the history, which takes a tenth of the time that opening the history does:
 * for runs that did nothing. `false`: enough is waiting, or it could not be written; then record it in the history.
 */
export function appendPendingLine(historyFileAbsolute: string, recordJson: string): boolean {
  const file = pendingFile(historyFileAbsolute);
  try {
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > maxPendingBytes) return false;
    // One write: lines of processes that end at once do not mix.
    appendFileSync(file, `${recordJson}\n`, { mode: 0o600 });
    return true;
  } catch {
    return false;
  }
}

/** A process that keeps records takes no longer; what it took and did not keep is free again. */
const abandonedAfterMs = 60_000;

/**
 * Takes what waits, so that no other process takes it too, and gives it away once `keep` has kept it. After a crash
 * in between it is taken again: `keep` may be given what it has. A line that a full disk cut short is left out.
 * Throws what `keep` throws; then the records wait on.
 */
export function takePendingRecords(historyFileAbsolute: string, keep: (records: readonly RunRecord[]) => void): void {
  const file = pendingFile(historyFileAbsolute);
  const taken = `${file}.${uniqueSuffix()}`;
  try {
    renameSync(file, taken);
  } catch {
    return;
  }
  for (const each of [taken, ...listAbandoned(file)]) {
    keep(parseLines(readFileSync(each, 'utf8')));
    rmSync(each, { force: true });
  }
}

function listAbandoned(file: string): readonly string[] {
  return readdirSync(dirname(file))
    .filter((name) => name.startsWith(`${basename(file)}.`))
    .map((name) => join(dirname(file), name))
    .filter((each) => Date.now() - (statSync(each, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) > abandonedAfterMs);
}

function pendingFile(historyFileAbsolute: string): string {
  return `${historyFileAbsolute}.pending`;
}

function parseLines(text: string): readonly RunRecord[] {
  return text.split('\n').flatMap((line) => {
    try {
      const record: unknown = JSON.parse(line);
      return isRecord(record) ? [record] : [];
    } catch {
      return [];
    }
  });
}

function isRecord(value: unknown): value is RunRecord {
  return typeof value === 'object' && value !== null && 'v' in value && value.v === 1 && 'tasks' in value;
}
