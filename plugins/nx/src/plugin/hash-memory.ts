import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { isJsonObject, loadSqlite, transact, type TaskId } from '@larder/core';
import type { HashDetails } from './explain-miss.ts';

/** A task with more inputs than that is explained by nobody. */
const maxInputs = 20_000;
const maxTasks = 20_000;
const version = 1;

export interface HashedTask {
  readonly id: TaskId;
  readonly details: HashDetails;
}

/**
 * What went into the hash of each task when it was last executed or restored, in a file of its own: Nx forgets it with the
 * run. Whatever is wrong with the file, it is as if nothing were known.
 */
export class HashMemory {
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** A damaged file is begun anew. Throws where there can be none, or another process does not let go of it. */
  static open(fileAbsolute: string): HashMemory {
    mkdirSync(dirname(fileAbsolute), { recursive: true });
    try {
      return new HashMemory(openDatabase(fileAbsolute));
    } catch (error) {
      if (!isDamaged(error)) throw error;
    }
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${fileAbsolute}${suffix}`, { force: true });
    return new HashMemory(openDatabase(fileAbsolute));
  }

  /** Null where nothing is known. */
  find(id: TaskId): HashDetails | null {
    const row = this.#database.prepare('select details from hashed where task = ?').get(id);
    return row === undefined ? null : parseDetails(String(row['details']));
  }

  /** All or nothing. */
  keep(tasks: readonly HashedTask[], nowEpochMs: number): void {
    transact(this.#database, () => {
      const statement = this.#database.prepare('insert or replace into hashed (task, details, at) values (?, ?, ?)');
      for (const { id, details } of tasks) {
        if (Object.keys(details.nodes ?? {}).length > maxInputs) continue;
        statement.run(id, JSON.stringify({ command: details.command, nodes: details.nodes }), nowEpochMs);
      }
      const surplus = 'select task from hashed order by at desc limit -1 offset ?';
      this.#database.prepare(`delete from hashed where task in (${surplus})`).run(maxTasks);
    });
  }

  close(): void {
    this.#database.close();
  }
}

function openDatabase(fileAbsolute: string): DatabaseSync {
  const { DatabaseSync: Database } = loadSqlite(process, () => process.getBuiltinModule('node:sqlite'));
  const database = new Database(fileAbsolute);
  try {
    database.exec('pragma busy_timeout = 1000; pragma journal_mode = wal; pragma synchronous = off');
    if (Number(database.prepare('pragma user_version').get()?.['user_version']) === version) return database;
    database.exec(`drop table if exists hashed;
      create table hashed (task text primary key, details text not null, at integer not null) strict;
      pragma user_version = ${version}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** SQLITE_CORRUPT and SQLITE_NOTADB (sqlite.org/rescode.html). */
function isDamaged(error: unknown): boolean {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
  return code === 11 || code === 26;
}

function parseDetails(text: string): HashDetails | null {
  const value: unknown = JSON.parse(text);
  return isJsonObject(value) && isJsonObject(value['nodes']) ? value : null;
}
