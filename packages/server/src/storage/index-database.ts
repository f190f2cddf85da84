import { rmSync } from 'node:fs';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { loadSqlite } from '@larder/core';

/** `used` is in microseconds: what was used within one millisecond keeps its order. */
const schema = `
  PRAGMA busy_timeout = 2000;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = OFF;
  PRAGMA cache_size = -8192;
  PRAGMA journal_size_limit = 8388608;
  CREATE TABLE IF NOT EXISTS entries (
    path TEXT PRIMARY KEY, class TEXT NOT NULL, bytes INTEGER NOT NULL, used INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS by_use ON entries (class, used);
  CREATE TABLE IF NOT EXISTS totals (class TEXT PRIMARY KEY, entries INTEGER NOT NULL, bytes INTEGER NOT NULL);
  INSERT OR IGNORE INTO totals VALUES ('root', 0, 0), ('derived', 0, 0);
  CREATE TABLE IF NOT EXISTS reserved (
    owner TEXT NOT NULL, class TEXT NOT NULL, bytes INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (owner, class)
  );
  CREATE TRIGGER IF NOT EXISTS added AFTER INSERT ON entries BEGIN
    UPDATE totals SET entries = entries + 1, bytes = bytes + new.bytes WHERE class = new.class;
  END;
  CREATE TRIGGER IF NOT EXISTS removed AFTER DELETE ON entries BEGIN
    UPDATE totals SET entries = entries - 1, bytes = bytes - old.bytes WHERE class = old.class;
  END;
`;

const queries = {
  add: 'INSERT OR IGNORE INTO entries VALUES (?, ?, ?, ?)',
  use: 'UPDATE entries SET used = max(used, ?) WHERE path = ?',
  remove: 'DELETE FROM entries WHERE path = ?',
  oldest: 'SELECT path, bytes FROM entries WHERE class = ? ORDER BY used LIMIT ?',
  unused: 'SELECT path FROM entries WHERE class = ? AND used < ? ORDER BY used LIMIT ?',
  totals: 'SELECT entries, bytes FROM totals WHERE class = ?',
  reserved: 'SELECT coalesce(sum(bytes), 0) AS bytes FROM reserved WHERE class = ? AND (owner = ? OR at > ?)',
  reserve: `INSERT INTO reserved VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes, at = excluded.at`,
  renew: 'UPDATE reserved SET at = ? WHERE owner = ?',
  forget: 'DELETE FROM reserved WHERE owner = ? OR at <= ?',
  below: 'SELECT path FROM entries WHERE path > ? AND path < ?',
  folders: 'SELECT DISTINCT substr(path, 1, length(path) - 63) AS folder FROM entries',
  all: 'SELECT path, class, bytes, used FROM entries',
} as const;

export interface IndexDatabase {
  readonly connection: DatabaseSync;
  readonly statements: Readonly<Record<keyof typeof queries, StatementSync>>;
  readonly isInMemory: boolean;
}

export type Row = Readonly<Record<string, string | number>>;

/**
 * Opens the index file. One that is no database any more is replaced; where none can be made (a full disk, a file
 * system without locks), the index stands in memory.
 */
export function openIndexDatabase(absolutePath: string): IndexDatabase {
  try {
    return open(absolutePath);
  } catch (error) {
    if (!isDamage(error)) return openMemoryDatabase([]);
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${absolutePath}${suffix}`, { force: true });
    return open(absolutePath);
  }
}

/** An index of this process alone, with the entries of another one. */
export function openMemoryDatabase(rows: readonly Row[]): IndexDatabase {
  const database = open(':memory:');
  database.connection.exec('BEGIN');
  for (const { path = '', class: scopeClass = '', bytes = 0, used = 0 } of rows) {
    database.statements.add.run(path, scopeClass, bytes, used);
  }
  database.connection.exec('COMMIT');
  return database;
}

function open(path: string): IndexDatabase {
  const { DatabaseSync: Database } = loadSqlite(process, () => process.getBuiltinModule('node:sqlite'));
  const connection = new Database(path);
  try {
    connection.exec(schema);
    const prepared = Object.entries(queries).map(([name, sql]) => [name, connection.prepare(sql)] as const);
    const statements = Object.fromEntries(prepared) as Record<keyof typeof queries, StatementSync>;
    return { connection, statements, isInMemory: path === ':memory:' };
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** SQLITE_CORRUPT and SQLITE_NOTADB, see https://www.sqlite.org/rescode.html. */
function isDamage(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (error.errcode === 11 || error.errcode === 26);
}
