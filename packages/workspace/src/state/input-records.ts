import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';

import { loadSqlite, transact } from '@larder/core';
import type { DebugLog, SealedEntry, SnapshotNode, TaskHash, TaskId } from '@larder/core';

/** What went into a hash of a task that was executed or restored. */
export interface InputRecord {
  readonly task: TaskId;
  readonly hash: TaskHash;
  readonly succeeded: boolean;
  readonly entries: readonly SealedEntry[];
  /** The seal under which the lockfile's packages of that time are kept; null where there is no lockfile. */
  readonly packages: string | null;
  /** Why the cache got no result of it, in words; null where it got one, and where nothing is known. */
  readonly trouble: string | null;
}

export interface InputRecords {
  /** Of this workspace's own: seals made with it say nothing to anybody else. */
  readonly salt: string;
  findLast(task: TaskId): InputRecord | null;
  findByHash(task: TaskId, hash: TaskHash): InputRecord | null;
  /** Null where it was not kept, or not for so long. */
  findNode(seal: string): SnapshotNode | null;
  /** Whether it was written since then: with it is there all that it is made of. */
  hasNodeSince(seal: string, epochMs: number): boolean;
  findPackages(seal: string): string | null;
  /** All or nothing; what is too old goes. */
  write(batch: InputRecordBatch): void;
  close(): void;
}

export interface InputRecordBatch {
  readonly atEpochMs: number;
  readonly records: readonly InputRecord[];
  readonly nodes: ReadonlyMap<string, SnapshotNode>;
  readonly packages: ReadonlyMap<string, string>;
}

const recordsPerTask = 5;
const maxRecords = 50_000;
const maxNodes = 100_000;
const maxPackages = 20;

/** Raised with every change of the tables; a file of another version is begun anew. */
const version = 2;
const tables = `
create table salt (salt text not null) strict;
create table records (
  id integer primary key, task text not null, hash text not null, succeeded integer not null,
  entries text not null, packages text, trouble text, unique (task, hash)
) strict;
create table nodes (seal text primary key, used_at integer not null, body text not null) strict, without rowid;
create table packages (seal text primary key, used_at integer not null, body text not null) strict, without rowid;
pragma user_version = ${version};
`;

/** Opens the store under Larder's state folder. Null where it cannot be used: then nothing is explained. */
export function openInputRecords(stateDirectoryAbsolute: string, log: DebugLog): InputRecords | null {
  const file = join(stateDirectoryAbsolute, 'inputs.sqlite');
  try {
    mkdirSync(stateDirectoryAbsolute, { recursive: true });
    return open(file);
  } catch (error) {
    log(`the records of inputs are begun anew: ${String(error)}`);
  }
  try {
    for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
    return open(file);
  } catch (error) {
    log(`there are no records of inputs: ${String(error)}`);
    return null;
  }
}

function open(file: string): InputRecords {
  // At once, because it is asked for in the middle of telling of a miss; and only here, because most runs have none.
  const { DatabaseSync: Database } = loadSqlite(process, () => process.getBuiltinModule('node:sqlite'));
  const database = new Database(file);
  try {
    // A row is some kilobytes, and each page that changes is written twice.
    database.exec('pragma page_size = 16384; pragma busy_timeout = 2000; pragma synchronous = off');
    keepJournal(database);
    const found = Number(database.prepare('pragma user_version').get()?.['user_version'] ?? 0);
    if (found === 0) prepare(database);
    else if (found !== version) throw new Error('they are of another version');
    return new SqliteInputRecords(database);
  } catch (error) {
    database.close();
    throw error;
  }
}

const sqliteBusy = 5;

/**
 * A journal that stays where it is: write-ahead logging, as earlier versions had it, makes and deletes two files in each
 * run. Where somebody has such a file open it stays as it is for now.
 */
function keepJournal(database: DatabaseSync): void {
  try {
    database.exec('pragma journal_mode = truncate');
  } catch (error) {
    if (!(error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy)) throw error;
  }
}

function prepare(database: DatabaseSync): void {
  transact(database, () => {
    // Asked again: another process may have been first.
    if (Number(database.prepare('pragma user_version').get()?.['user_version']) !== 0) return;
    database.exec(tables);
    database.prepare('insert into salt values (?)').run(randomBytes(16).toString('hex'));
  });
}

class SqliteInputRecords implements InputRecords {
  readonly salt: string;
  readonly #database: DatabaseSync;
  /** In the first run of a workspace: nothing is looked for then. What others write meanwhile explains nothing here. */
  #isEmpty: boolean;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
    const first = database.prepare(
      'select salt, exists (select 1 from records) or exists (select 1 from nodes) as filled from salt',
    );
    const row = first.get();
    this.salt = String(row?.['salt']);
    this.#isEmpty = row?.['filled'] === 0;
  }

  findLast(task: TaskId): InputRecord | null {
    return this.#findRecord('task = ? order by id desc limit 1', [task]);
  }

  findByHash(task: TaskId, hash: TaskHash): InputRecord | null {
    return this.#findRecord('task = ? and hash = ?', [task, hash]);
  }

  findNode(seal: string): SnapshotNode | null {
    const body = this.#findBody('nodes', seal);
    return body === null ? null : (JSON.parse(body) as SnapshotNode);
  }

  hasNodeSince(seal: string, epochMs: number): boolean {
    return this.#find('select 1 from nodes where seal = ? and used_at >= ?', seal, epochMs) !== undefined;
  }

  findPackages(seal: string): string | null {
    return this.#findBody('packages', seal);
  }

  write({ atEpochMs, records, nodes, packages }: InputRecordBatch): void {
    const database = this.#database;
    this.#isEmpty = false;
    transact(database, () => {
      const insertRecord = database.prepare(
        'insert or replace into records (task, hash, succeeded, entries, packages, trouble) values (?, ?, ?, ?, ?, ?)',
      );
      for (const { task, hash, succeeded, entries, packages: seal, trouble } of records) {
        const rows = entries.map((entry) => [entry.kind, entry.name, entry.seal]);
        insertRecord.run(task, hash, Number(succeeded), JSON.stringify(rows), seal, trouble);
      }
      this.#insertBodies(
        'nodes',
        [...nodes].map(([seal, node]) => [seal, JSON.stringify(node)]),
        atEpochMs,
      );
      this.#insertBodies('packages', [...packages], atEpochMs);
      this.#prune(records.map((record) => record.task));
    });
  }

  close(): void {
    this.#database.close();
  }

  #findRecord(where: string, values: readonly string[]): InputRecord | null {
    const row = this.#find(`select * from records where ${where}`, ...values);
    if (row === undefined) return null;
    const entries = JSON.parse(String(row['entries'])) as [SealedEntry['kind'], string, string][];
    return {
      task: String(row['task']) as TaskId,
      hash: String(row['hash']) as TaskHash,
      succeeded: row['succeeded'] === 1,
      entries: entries.map(([kind, name, seal]) => ({ kind, name, seal })),
      packages: typeof row['packages'] === 'string' ? row['packages'] : null,
      trouble: typeof row['trouble'] === 'string' ? row['trouble'] : null,
    };
  }

  #find(query: string, ...values: readonly (string | number)[]): Readonly<Record<string, unknown>> | undefined {
    if (this.#isEmpty) return undefined;
    const statement = this.#statements.get(query) ?? this.#database.prepare(query);
    this.#statements.set(query, statement);
    return statement.get(...values);
  }

  #findBody(table: 'nodes' | 'packages', seal: string): string | null {
    const body = this.#find(`select body from ${table} where seal = ?`, seal)?.['body'];
    return typeof body === 'string' ? body : null;
  }

  #insertBodies(table: 'nodes' | 'packages', bodies: readonly (readonly [string, string])[], atEpochMs: number): void {
    const insert = this.#database.prepare(
      `insert into ${table} values (?, ?, ?) on conflict (seal) do update set used_at = excluded.used_at`,
    );
    for (const [seal, body] of bodies) insert.run(seal, atEpochMs, body);
  }

  #prune(tasks: readonly TaskId[]): void {
    const database = this.#database;
    const keepNewest = database.prepare(
      `delete from records where task = ? and id not in (select id from records where task = ? order by id desc limit ${recordsPerTask})`,
    );
    for (const task of tasks) keepNewest.run(task, task);
    database.exec(`delete from records where id <= (select max(id) from records) - ${maxRecords}`);
    for (const [table, count] of [
      ['nodes', maxNodes],
      ['packages', maxPackages],
    ] as const) {
      database.exec(
        `delete from ${table} where used_at < (select used_at from ${table} order by used_at desc limit 1 offset ${count})`,
      );
    }
  }
}
