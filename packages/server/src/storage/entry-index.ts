import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openIndexDatabase, openMemoryDatabase, type IndexDatabase, type Row } from './index-database.ts';
import { roundToBlocks } from './round-to-blocks.ts';
import type { BytesByClass, ScopeClass } from './scope-class.ts';

/** Another layout gets another file: an index is thrown away rather than migrated. */
export const indexFile = 'index-v1.db';

export interface IndexedFile {
  /** Below the entries folder. */
  readonly path: string;
  readonly scopeClass: ScopeClass;
  readonly sizeBytes: number;
  readonly usedAtEpochMs: number;
}

export interface Totals {
  readonly entries: number;
  readonly sizeBytes: number;
}

export interface EntryIndexOptions {
  readonly directory: string;
  readonly maxBytes: BytesByClass;
  /** Reservations of a process that has not renewed them for so long no longer count. */
  readonly staleAfterMs: number;
  readonly epochMs: () => number;
  /** The file cannot be used any more; the index goes on in memory. Called once. */
  readonly onLost: (error: unknown) => void;
}

const victimsAtOnce = 64;
const pendingUsesLimit = 512;

/**
 * Account of the bytes on disk, and of the order of eviction, in an SQLite file that all processes of one directory
 * share. The files are the truth: an index that is lost or damaged is made again from them (`reconcile-index.ts`),
 * and therefore nothing in it is flushed. Bytes are reserved before they are written, so that writers who come at
 * the same time, from any process, cannot overrun the limit together. Never throws: an index that fails (the disk
 * is full) is replaced by one in memory.
 */
export class EntryIndex {
  readonly #options: EntryIndexOptions;
  readonly #owner = randomUUID();
  /** Uses that are not written yet: many reads cost one transaction. */
  readonly #pendingUses = new Map<string, number>();
  #database: IndexDatabase;
  #lastUse = 0;

  constructor(options: EntryIndexOptions) {
    this.#options = options;
    this.#database = openIndexDatabase(join(options.directory, indexFile));
  }

  /** Adds what is not known yet. */
  add(files: readonly IndexedFile[]): void {
    const rows = files.map(
      ({ path, scopeClass, sizeBytes, usedAtEpochMs }) =>
        [path, scopeClass, roundToBlocks(sizeBytes), this.#orderOf(usedAtEpochMs)] as const,
    );
    this.#write(({ statements }) => {
      for (const row of rows) statements.add.run(...row);
    });
  }

  use(path: string, nowEpochMs: number): void {
    this.#pendingUses.set(path, this.#orderOf(nowEpochMs));
    if (this.#pendingUses.size >= pendingUsesLimit) this.flushUses();
  }

  flushUses(): void {
    if (this.#pendingUses.size === 0) return;
    const uses = [...this.#pendingUses];
    this.#pendingUses.clear();
    this.#write(({ statements }) => {
      for (const [path, used] of uses) statements.use.run(used, path);
    });
  }

  remove(paths: readonly string[]): void {
    if (paths.length === 0) return;
    this.#write(({ statements }) => {
      for (const path of paths) statements.remove.run(path);
    });
  }

  totals(scopeClass: ScopeClass): Totals {
    return this.#read((database) => totalsOf(database, scopeClass));
  }

  /** False where the class cannot hold so many bytes beside what is reserved, whatever is evicted. */
  reserve(scopeClass: ScopeClass, bytes: number): boolean {
    return this.#write((database) => {
      if (this.#reservedBytes(database, scopeClass) + bytes > this.#options.maxBytes[scopeClass]) return false;
      database.statements.reserve.run(this.#owner, scopeClass, bytes, this.#options.epochMs());
      return true;
    });
  }

  release(scopeClass: ScopeClass, bytes: number): void {
    if (bytes === 0) return;
    this.#write(({ statements }) => {
      statements.reserve.run(this.#owner, scopeClass, -bytes, this.#options.epochMs());
    });
  }

  /** Tells the other processes that this one lives, and forgets those that do not. */
  renewReservations(): void {
    const now = this.#options.epochMs();
    this.#write(({ statements }) => {
      statements.renew.run(now, this.#owner);
      statements.forget.run('', now - this.#options.staleAfterMs);
    });
  }

  /**
   * Takes the entries out that were used least recently, until the class keeps its limit or a batch is full; at least
   * `bytes` go, where so many are there. Whoever takes them removes the files: nobody else is told of them.
   */
  takeExcess(scopeClass: ScopeClass, bytes: number): readonly string[] {
    this.flushUses();
    return this.#write((database) => {
      const wanted = Math.max(bytes, this.#excessBytes(database, scopeClass));
      if (wanted === 0) return [];
      return take(database, findOldest(database, scopeClass, wanted));
    });
  }

  /** Takes out a batch of entries that nobody has used since then. */
  takeUnusedSince(scopeClass: ScopeClass, epochMs: number): readonly string[] {
    this.flushUses();
    return this.#write((database) => {
      const rows = database.statements.unused.all(scopeClass, epochMs * 1000, victimsAtOnce) as Row[];
      return take(database, rows.map(pathOf));
    });
  }

  /** The folders, as `<namespace>/<scope>/<2 digits>`, of all entries. */
  listFolders(): readonly string[] {
    return this.#read(({ statements }) => (statements.folders.all() as Row[]).map((row) => String(row['folder'])));
  }

  /** All entries of a folder. */
  listFolder(folder: string): readonly string[] {
    return this.#read(({ statements }) => (statements.below.all(`${folder}/`, `${folder}0`) as Row[]).map(pathOf));
  }

  close(): void {
    this.flushUses();
    this.#write(({ statements }) => statements.forget.run(this.#owner, 0));
    this.#database.connection.close();
  }

  #excessBytes(database: IndexDatabase, scopeClass: ScopeClass): number {
    const kept = totalsOf(database, scopeClass).sizeBytes + this.#reservedBytes(database, scopeClass);
    return Math.max(0, kept - this.#options.maxBytes[scopeClass]);
  }

  #reservedBytes({ statements }: IndexDatabase, scopeClass: ScopeClass): number {
    const alive = this.#options.epochMs() - this.#options.staleAfterMs;
    return Number((statements.reserved.get(scopeClass, this.#owner, alive) as Row)['bytes']);
  }

  /** Uses within one millisecond keep their order, and a clock that is set back does not make new uses old. */
  #orderOf(epochMs: number): number {
    const wanted = Math.round(epochMs * 1000);
    if (epochMs < this.#options.epochMs() - 1000) return wanted;
    this.#lastUse = Math.max(wanted, this.#lastUse + 1);
    return this.#lastUse;
  }

  #write<T>(work: (database: IndexDatabase) => T): T {
    return this.#read((database) => {
      database.connection.exec('BEGIN IMMEDIATE');
      try {
        const result = work(database);
        database.connection.exec('COMMIT');
        return result;
      } catch (error) {
        if (database.connection.isTransaction) database.connection.exec('ROLLBACK');
        throw error;
      }
    });
  }

  #read<T>(work: (database: IndexDatabase) => T): T {
    try {
      return work(this.#database);
    } catch (error) {
      if (this.#database.isInMemory) throw error;
      this.#continueInMemory(error);
      return work(this.#database);
    }
  }

  #continueInMemory(error: unknown): void {
    const lost = this.#database;
    this.#database = openMemoryDatabase(readRows(lost));
    lost.connection.close();
    this.#options.onLost(error);
  }
}

function totalsOf({ statements }: IndexDatabase, scopeClass: ScopeClass): Totals {
  const row = statements.totals.get(scopeClass) as Row;
  return { entries: Number(row['entries']), sizeBytes: Number(row['bytes']) };
}

function findOldest({ statements }: IndexDatabase, scopeClass: ScopeClass, bytes: number): readonly string[] {
  const paths: string[] = [];
  let found = 0;
  for (const row of statements.oldest.all(scopeClass, victimsAtOnce) as Row[]) {
    if (found >= bytes) break;
    paths.push(pathOf(row));
    found += Number(row['bytes']);
  }
  return paths;
}

function take({ statements }: IndexDatabase, paths: readonly string[]): readonly string[] {
  for (const path of paths) statements.remove.run(path);
  return paths;
}

function pathOf(row: Row): string {
  return String(row['path']);
}

/** What can still be read of a database that cannot be written: a full disk keeps all of it. */
function readRows({ statements }: IndexDatabase): readonly Row[] {
  try {
    return statements.all.all() as Row[];
  } catch {
    return [];
  }
}
