import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { loadSqlite } from '@larder/core';
import { takePendingRecords } from './pending-records.ts';
import { recordRun } from './record-run.ts';
import { RunHistory } from './run-history.ts';
import { prepareSchema } from './schema.ts';

export type OpenedHistory =
  | { readonly kind: 'opened'; readonly history: RunHistory }
  /** A run goes on without; `detail` is for the log, and for those who asked for the history. */
  | { readonly kind: 'unavailable'; readonly detail: string };

/** A run that ends while another writes its record waits this long for it. */
const busyTimeoutMs = 2_000;
const openAttempts = 20;
const retryDelayMs = 25;

/**
 * Opens the workspace's history, and makes it where there is none. Safe to use from many processes at once. A
 * process that is killed leaves a whole file without its own last record. After a loss of power the file may
 * be damaged, because nothing is flushed: then, as with any damage, it is put aside and begun anew.
 */
export async function openHistory(fileAbsolute: string): Promise<OpenedHistory> {
  try {
    return await openWithRetries(fileAbsolute);
  } catch (error) {
    if (!isDamaged(error)) return { kind: 'unavailable', detail: describe(error) };
  }
  try {
    putAside(fileAbsolute);
    return await openWithRetries(fileAbsolute);
  } catch (error) {
    return { kind: 'unavailable', detail: describe(error) };
  }
}

/** What makes the file what it has to be does not always wait for others by itself. */
async function openWithRetries(fileAbsolute: string): Promise<OpenedHistory> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await open(fileAbsolute);
    } catch (error) {
      if (!isBusy(error) || attempt === openAttempts) throw error;
      const { setTimeout: delay } = await import('node:timers/promises');
      await delay(retryDelayMs);
    }
  }
}

async function open(fileAbsolute: string): Promise<OpenedHistory> {
  const { DatabaseSync: Database } = loadSqlite(process, () => process.getBuiltinModule('node:sqlite'));
  mkdirSync(dirname(fileAbsolute), { recursive: true });
  const database = new Database(fileAbsolute);
  try {
    const opened = openPrepared(database);
    if (opened.kind === 'opened') keepPending(database, fileAbsolute);
    return opened;
  } catch (error) {
    database.close();
    throw error;
  }
}

function openPrepared(database: DatabaseSync): OpenedHistory {
  // Not flushing is what makes a record cost one millisecond instead of twenty.
  database.exec(`pragma busy_timeout = ${busyTimeoutMs}; pragma synchronous = off`);
  keepJournal(database);
  if (prepareSchema(database)) return { kind: 'opened', history: new RunHistory(database) };
  database.close();
  return { kind: 'unavailable', detail: 'the history was written by another version of Larder' };
}

/**
 * A journal that stays where it is: write-ahead logging, as earlier versions had it, is made for many readers and writers
 * at once, and a run that writes once makes, maps, copies and deletes two files for it. Where somebody has such a file
 * open it stays as it is for now.
 */
function keepJournal(database: DatabaseSync): void {
  try {
    database.exec('pragma journal_mode = truncate');
  } catch (error) {
    if (!isBusy(error)) throw error;
  }
}

/** What could not be kept waits on, and fails nobody who only reads. */
function keepPending(database: DatabaseSync, fileAbsolute: string): void {
  const isKept = database.prepare('select 1 from runs where run_id = ?');
  try {
    takePendingRecords(fileAbsolute, (records) => {
      for (const record of records) if (isKept.get(record.runId) === undefined) recordRun(database, record);
    });
  } catch (error) {
    if (isDamaged(error)) throw error;
  }
}

function putAside(fileAbsolute: string): void {
  for (const suffix of ['-journal', '-wal', '-shm']) rmSync(`${fileAbsolute}${suffix}`, { force: true });
  renameSync(fileAbsolute, `${fileAbsolute}.damaged`);
}

const sqliteBusy = 5;
const sqliteCorrupt = 11;
const sqliteNotADatabase = 26;

function isBusy(error: unknown): boolean {
  return primaryCodeOf(error) === sqliteBusy;
}

export function isDamaged(error: unknown): boolean {
  const code = primaryCodeOf(error);
  return code === sqliteCorrupt || code === sqliteNotADatabase;
}

/** The low byte of an extended result code (sqlite.org/rescode.html). */
function primaryCodeOf(error: unknown): number | null {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : null;
  return typeof code === 'number' ? code & 0xff : null;
}

export function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
