import { mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { markNxRecords, readNewHashes, type NewHashes, type RecordsMark } from './nx-records.ts';

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'larder-nx \' " records-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const tables = `
  CREATE TABLE task_details (hash TEXT PRIMARY KEY NOT NULL, project TEXT, target TEXT, configuration TEXT);
  CREATE TABLE cache_outputs (hash TEXT PRIMARY KEY NOT NULL, code INTEGER, size INTEGER);`;

function openRecords(folder: string, { name = 'machine.db', schema = tables } = {}): DatabaseSync {
  const database = new DatabaseSync(join(folder, name));
  onTestFinished(() => {
    if (database.isOpen) database.close();
  });
  database.exec('PRAGMA journal_mode = WAL');
  database.exec(schema);
  return database;
}

/** As nx 22 and later write it. */
function upsert(database: DatabaseSync, ...hashes: readonly string[]): void {
  const insert = database.prepare(
    `INSERT INTO task_details VALUES (?, 'it''s "a" project', 'build', NULL) ON CONFLICT(hash) DO UPDATE SET target = 'build'`,
  );
  for (const hash of hashes) insert.run(hash);
}

/** As nx 20 and 21 write it. */
function replace(database: DatabaseSync, ...hashes: readonly string[]): void {
  const insert = database.prepare(`INSERT OR REPLACE INTO task_details VALUES (?, 'p', 'build', NULL)`);
  for (const hash of hashes) insert.run(hash);
}

function keepInNxCache(database: DatabaseSync, ...hashes: readonly string[]): void {
  for (const hash of hashes) database.prepare('INSERT INTO cache_outputs VALUES (?, 0, 1)').run(hash);
}

/** In a time that stands still: how fast a busy machine reads is no matter here. */
const readNew = (mark: RecordsMark): Promise<NewHashes> => readNewHashes(mark, () => 0);

/** What a run finds that begins before `hashing`. */
async function readAfter(folder: string, hashing: () => void): Promise<readonly string[]> {
  const mark = await markNxRecords(folder);
  hashing();
  return (await readNew(mark)).hashes;
}

test.each([
  ['upserts', upsert],
  ['replaces', replace],
])('a run is told by the rows that came since, where nx %s', async (_, write) => {
  const folder = makeFolder();
  const database = openRecords(folder);
  write(database, '1', '2', '3');
  keepInNxCache(database, '1', '2', '3');
  expect(await readAfter(folder, () => write(database, '1', '2', '4', '5'))).toEqual(['4', '5']);
});

test('a database that is made during the run is new from its first row on', async () => {
  const folder = makeFolder();
  expect(await readAfter(folder, () => upsert(openRecords(folder), '7', '8'))).toEqual(['7', '8']);
  expect(await readAfter(join(folder, 'nowhere'), () => {})).toEqual([]);
});

test('what nx has in its own cache is left out', async () => {
  const folder = makeFolder();
  const database = openRecords(folder);
  const found = await readAfter(folder, () => {
    upsert(database, '1', '2');
    keepInNxCache(database, '1');
  });
  expect(found).toEqual(['2']);
});

test('what cannot be the name of an artifact is left out', async () => {
  const folder = makeFolder();
  const schema = tables.replace('TEXT PRIMARY KEY NOT NULL, project', 'PRIMARY KEY, project');
  const database = openRecords(folder, { schema });
  const found = await readAfter(folder, () => {
    upsert(database, '../../x', "'; DROP TABLE task_details", '', '9'.repeat(500), 'a b', '42');
    database.exec(
      `INSERT INTO task_details VALUES (x'00ff', 'p', 't', NULL), (NULL, 'p', 't', NULL), (17, 'p', 't', NULL)`,
    );
  });
  expect(found).toEqual(['42']);
});

test('at most two thousand rows are taken', async () => {
  const folder = makeFolder();
  const database = openRecords(folder);
  const found = await readAfter(folder, () => {
    database.exec('BEGIN');
    upsert(database, ...Array.from({ length: 3_000 }, (_, index) => String(index)));
    database.exec('COMMIT');
  });
  expect(found.length).toBeLessThanOrEqual(2_000);
  expect(found.slice(0, 2)).toEqual(['0', '1']);
});

test('where reading takes long, what was read in time is taken', async () => {
  const folder = makeFolder();
  const mark = await markNxRecords(folder);
  upsert(openRecords(folder), '1', '2', '3', '4');
  let nowMs = 0;
  const read = await readNewHashes(mark, () => (nowMs += 40));
  expect(read).toEqual({ hashes: ['1', '2'], trouble: null });
});

test('while somebody holds the database for himself, nothing is read, and nobody waits', async () => {
  const folder = makeFolder();
  const database = openRecords(folder);
  upsert(database, '1');
  const mark = await markNxRecords(folder);
  upsert(database, '2');
  database.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  expect(await readNew(mark)).toEqual({ hashes: [], trouble: expect.stringContaining('locked') });
  // What could not be marked is not read later: its first row would pass for new.
  const unmarked = await markNxRecords(folder);
  database.exec('COMMIT');
  expect(await readNew(unmarked)).toEqual({ hashes: [], trouble: null });
  expect((await readNew(mark)).hashes).toEqual(['2']);
});

test.each<[string, string]>([
  ['has other columns', 'CREATE TABLE task_details (id INTEGER); CREATE TABLE cache_outputs (hash TEXT)'],
  ['has no row ids', tables.replace('configuration TEXT)', 'configuration TEXT) WITHOUT ROWID')],
  ['lacks what nx caches', 'CREATE TABLE task_details (hash TEXT)'],
  ['is empty', ''],
  [
    'has a view that never ends',
    `CREATE TABLE cache_outputs (hash TEXT);
     CREATE VIEW task_details AS WITH RECURSIVE n(hash) AS (SELECT 1 UNION ALL SELECT hash + 1 FROM n) SELECT hash, hash AS rowid FROM n`,
  ],
  ['has a virtual table', 'CREATE VIRTUAL TABLE task_details USING fts5(hash); CREATE TABLE cache_outputs (hash TEXT)'],
])('a database that %s has nothing for us', async (_, schema) => {
  const folder = makeFolder();
  expect(await readAfter(folder, () => openRecords(folder, { schema }))).toEqual([]);
  expect(await readAfter(folder, () => {})).toEqual([]);
});

test('a damaged database has nothing for us, and hides no other', async () => {
  const folder = makeFolder();
  mkdirSync(join(folder, 'folder.db'));
  writeFileSync(join(folder, 'text.db'), 'no database\n'.repeat(1_000));
  const damaged = openRecords(folder, { name: 'damaged.db' });
  damaged.exec('BEGIN');
  upsert(damaged, ...Array.from({ length: 2_000 }, (_, index) => `old${index}`));
  damaged.exec('COMMIT');
  damaged.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  damaged.close();
  const whole = openRecords(folder, { name: 'whole.db' });
  const mark = await markNxRecords(folder);
  const file = join(folder, 'damaged.db');
  truncateSync(file, statSync(file).size / 2);
  upsert(whole, '1');
  expect((await readNew(mark)).hashes).toEqual(['1']);
});

test('a database that many others hid when the run began does not pass for a new one', async () => {
  const folder = makeFolder();
  const old = openRecords(folder, { name: 'old.db' });
  upsert(old, '1');
  for (const name of ['a.db', 'b.db', 'c.db', 'd.db']) {
    openRecords(folder, { name });
    utimesSync(join(folder, `${name}-wal`), 2 ** 32, 2 ** 32);
  }
  expect(await readAfter(folder, () => ['a.db', 'b.db'].forEach((name) => rmSync(join(folder, name))))).toEqual([]);
});

test('a file of several gigabytes is not opened', async () => {
  const folder = makeFolder();
  const mark = await markNxRecords(folder);
  writeFileSync(join(folder, 'huge.db'), '');
  truncateSync(join(folder, 'huge.db'), 5 * 1024 ** 3);
  expect(await readNew(mark)).toEqual({ hashes: [], trouble: null });
});

test('reading leaves the rows and the writer alone', async () => {
  const folder = makeFolder();
  const database = openRecords(folder);
  database.exec('BEGIN IMMEDIATE');
  const mark = await markNxRecords(folder);
  upsert(database, '1');
  expect((await readNew(mark)).hashes).toEqual([]);
  database.exec('COMMIT');
  expect((await readNew(mark)).hashes).toEqual(['1']);
  expect(database.prepare('SELECT count(*) AS n FROM task_details').get()).toEqual({ n: 1 });
});
