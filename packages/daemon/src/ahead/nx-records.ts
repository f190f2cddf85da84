import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { loadSqlite } from '@larder/core';
import { nxHashOf, type NxHash } from '@larder/protocol';

/**
 * Nx writes down what it hashed, before it asks a cache for any of it: a row of `task_details` in a database of SQLite for
 * each task whose inputs are known when the run begins (docs/nx.md). A run's rows are those that came after its mark.
 */
export interface RecordsMark {
  readonly folderAbsolute: string;
  /** The last row of each database by its file; null where that was not read, and so nothing is. */
  readonly lastRows: ReadonlyMap<string, number | null>;
}

export interface NewHashes {
  readonly hashes: readonly NxHash[];
  /** Why a database was left out, if one was. */
  readonly trouble: string | null;
}

/** Each version of Nx's tables has a file of its own, and so has each machine that shares a folder. */
const maxFiles = 4;
const maxFileBytes = 1024 ** 3;
const maxRows = 2_000;
/** The daemon serves nobody while it reads. */
const readMs = 100;
const busyMs = 10;

/** Where the rows of a run will begin. A database that is made later is new from its first row on. Never rejects. */
export async function markNxRecords(folderAbsolute: string): Promise<RecordsMark> {
  // Any that is not among those that are read must not pass for a new one later.
  const lastRows = new Map<string, number | null>((await listFiles(folderAbsolute)).map((file) => [file, null]));
  for (const file of await listDatabases(folderAbsolute)) {
    const read = await readDatabase(file, readLastRow);
    lastRows.set(file, read.kind === 'read' ? read.result : null);
  }
  return { folderAbsolute, lastRows };
}

/**
 * What was hashed since, in the order of the rows and at most 2000, without what Nx's own cache has; of each database what can
 * be read in 100 milliseconds of `now`. Never rejects.
 */
export async function readNewHashes({ folderAbsolute, lastRows }: RecordsMark, now: () => number): Promise<NewHashes> {
  const hashes: NxHash[] = [];
  let trouble: string | null = null;
  for (const file of await listDatabases(folderAbsolute)) {
    const lastRow = lastRows.has(file) ? lastRows.get(file) : 0;
    if (typeof lastRow !== 'number') continue;
    const read = await readDatabase(file, (database) => readRowsAfter(database, lastRow, now));
    if (read.kind === 'read') hashes.push(...read.result);
    else trouble = `${file}: ${read.detail}`;
  }
  return { hashes: hashes.slice(0, maxRows), trouble };
}

/** Those that were written to last come first. */
async function listDatabases(folderAbsolute: string): Promise<readonly string[]> {
  const files = (await listFiles(folderAbsolute)).slice(0, 100);
  const facts = await Promise.all(files.map(describeDatabase));
  return facts
    .flatMap((each) => each ?? [])
    .toSorted((a, b) => b.writtenEpochMs - a.writtenEpochMs)
    .slice(0, maxFiles)
    .map(({ file }) => file);
}

async function listFiles(folderAbsolute: string): Promise<readonly string[]> {
  const names = await readdir(folderAbsolute).catch(() => []);
  return names.filter((name) => name.endsWith('.db')).map((name) => join(folderAbsolute, name));
}

/** Null for what is no file of a sensible size. What was written last may stand in the log beside it. */
async function describeDatabase(file: string) {
  const [facts, log] = await Promise.all([stat(file).catch(() => null), stat(`${file}-wal`).catch(() => null)]);
  if (facts === null || !facts.isFile() || facts.size > maxFileBytes) return null;
  return { file, writtenEpochMs: Math.max(facts.mtimeMs, log?.mtimeMs ?? 0) };
}

type Read<Result> =
  | { readonly kind: 'read'; readonly result: Result }
  | { readonly kind: 'failed'; readonly detail: string };

/** Locked, damaged, of another kind: whatever is wrong with a file of somebody else's is no failure of ours. */
async function readDatabase<Result>(file: string, read: (database: DatabaseSync) => Result): Promise<Read<Result>> {
  try {
    const { DatabaseSync: Database } = loadSqlite(process, () => process.getBuiltinModule('node:sqlite'));
    const database = new Database(file, { readOnly: true, timeout: busyMs });
    try {
      return { kind: 'read', result: read(database) };
    } finally {
      database.close();
    }
  } catch (error) {
    return { kind: 'failed', detail: error instanceof Error ? error.message : String(error) };
  }
}

function readLastRow(database: DatabaseSync): number {
  if (!hasPlainTable(database, 'task_details')) return 0;
  return Number(database.prepare('SELECT max(rowid) AS last FROM task_details').get()?.['last'] ?? 0);
}

function readRowsAfter(database: DatabaseSync, lastRow: number, now: () => number): readonly NxHash[] {
  if (!hasPlainTable(database, 'task_details') || !hasPlainTable(database, 'cache_outputs')) return [];
  const endsAt = now() + readMs;
  const rows = database
    .prepare(
      `SELECT hash FROM task_details
       WHERE rowid > ? AND typeof(hash) = 'text' AND length(hash) <= 128 ORDER BY rowid LIMIT ${maxRows}`,
    )
    .iterate(lastRow);
  const inNxCache = database.prepare('SELECT 1 FROM cache_outputs WHERE hash = ?');
  const hashes: NxHash[] = [];
  for (const { hash: text } of rows) {
    if (now() > endsAt) break;
    const hash = nxHashOf(String(text));
    if (hash !== null && inNxCache.get(hash) === undefined) hashes.push(hash);
  }
  return hashes;
}

/** A view or a virtual table runs whatever its author has written. */
function hasPlainTable(database: DatabaseSync, name: string): boolean {
  const found = database.prepare(`SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?`).get(name);
  return /^CREATE TABLE\b/i.test(String(found?.['sql'] ?? ''));
}
