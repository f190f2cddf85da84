import { mkdir, stat, utimes, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordFact } from '../server-event.ts';
import { DiskSpace } from './disk-space.ts';
import { openEntryFile, readEntryFile, type EntryFile } from './entry-file.ts';
import { EntryIndex, type Totals } from './entry-index.ts';
import { entriesFolder, entryPath } from './entry-path.ts';
import { ignoringCode } from './file-errors.ts';
import { BodyBuffers, FileBody } from './file-body.ts';
import { sweepPartialFiles } from './partial-files.ts';
import { reconcileIndex } from './reconcile-index.ts';
import { readVerifiedFacts } from './read-verified-facts.ts';
import { removeFiles } from './remove-files.ts';
import { scopeClasses, type BytesByClass, type ScopeClass } from './scope-class.ts';
import type { EntryFacts, EntryKey, EntryWrite, OpenEntry, Storage, WriteResult } from './storage.ts';
import { walkFiles } from './walk-files.ts';
import { writeEntryFile, type Publish, type ReceivedEntry } from './write-entry-file.ts';

export interface DiskStorageOptions {
  readonly directory: string;
  /** Of all entries of a class together, in whole blocks. */
  readonly maxBytes: BytesByClass;
  /** Of one body. */
  readonly maxBodyBytes: number;
  /** Entries that nobody has used for so long go; null keeps them as long as there is room. */
  readonly maxAgeMs: number | null;
  /** An upload that has not written for so long belongs to a dead process. */
  readonly staleAfterMs: number;
  /** Uses of an entry are written down in its file this often at most, for an index that has to be made again. */
  readonly noteUseEveryMs: number;
  /** Whether the name of a new entry is flushed too: without, a power failure may forget the newest, which is a miss. */
  readonly flushFolders: boolean;
  readonly epochMs: () => number;
  readonly record: RecordFact;
}

interface OpenFile {
  readonly handle: FileHandle;
  readonly file: EntryFile;
  readonly path: string;
}

/**
 * Entries as files, see `entry-path.ts` and `entry-footer.ts`. The file system is the truth: a name that appears
 * is a whole entry, also after a crash and for other processes. The index only decides what to evict; it outlives
 * the process, and is compared with the files in the background after a start.
 */
export class DiskStorage implements Storage {
  /** Settles when the index agrees with the files. Never rejects. */
  readonly scanned: Promise<void>;
  readonly #options: DiskStorageOptions;
  readonly #entries: string;
  readonly #index: EntryIndex;
  readonly #space: DiskSpace;
  readonly #sweeper: NodeJS.Timeout;
  readonly #buffers = new BodyBuffers();
  readonly #background = new Set<Promise<void>>();
  #isClosed = false;

  private constructor(options: DiskStorageOptions) {
    const { record } = options;
    this.#options = options;
    this.#entries = join(options.directory, entriesFolder);
    const onLost = (error: unknown): void => record({ type: 'storage-failed', detail: `index: ${String(error)}` });
    this.#index = new EntryIndex({ ...options, onLost });
    this.#space = new DiskSpace({ index: this.#index, entriesAbsolute: this.#entries, record });
    this.scanned = this.#scan();
    this.#sweeper = setInterval(() => this.#inBackground(this.#sweep()), options.staleAfterMs / 2).unref();
  }

  /** Rejects where the folder cannot be made or written to. Does not wait for what earlier processes left. */
  static async open(options: DiskStorageOptions): Promise<DiskStorage> {
    await mkdir(join(options.directory, entriesFolder), { recursive: true, mode: 0o700 });
    await sweepPartials(options);
    return new DiskStorage(options);
  }

  async head(key: EntryKey): Promise<EntryFacts | null> {
    const open = await this.#open(key);
    if (open === null) return null;
    await open.handle.close();
    return open.file.facts;
  }

  async read(key: EntryKey): Promise<OpenEntry | null> {
    const open = await this.#open(key);
    if (open === null) return null;
    this.#noteUse(open);
    const { facts, smallBody } = open.file;
    if (smallBody === null) {
      const { handle } = open;
      return { facts, body: new FileBody({ handle, sizeBytes: facts.sizeBytes, buffers: this.#buffers }) };
    }
    await open.handle.close();
    return { facts, body: smallBody };
  }

  async write(write: EntryWrite): Promise<WriteResult> {
    const exists = await ignoringCode('ENOENT', stat(join(this.#entries, entryPath(write.key))));
    if (exists !== null) return { kind: 'exists' };
    return await this.receive(write, async ({ facts }) => ({
      publish: 'keep-first',
      result: { kind: 'stored', facts },
    }));
  }

  /** As `write`, but what becomes of the bytes is decided when they are here: for a level below that comes first. */
  async receive(
    write: EntryWrite,
    decide: (received: ReceivedEntry) => Promise<{ readonly publish: Publish; readonly result: WriteResult }>,
  ): Promise<WriteResult> {
    const target = { entriesAbsolute: this.#entries, space: this.#space, index: this.#index };
    return await writeEntryFile(write, { ...this.#options, ...target, path: entryPath(write.key) }, decide);
  }

  async delete(key: EntryKey): Promise<boolean> {
    const path = entryPath(key);
    this.#index.remove([path]);
    return (await removeFiles(this.#entries, [path], this.#options.record)) > 0;
  }

  async *list(): AsyncGenerator<EntryFacts> {
    for await (const path of walkFiles(this.#entries)) {
      await using handle = await openEntryFile(join(this.#entries, path));
      const file = handle === null ? null : await readEntryFile(handle);
      if (file !== null && entryPath(file.facts.key) === path) yield file.facts;
    }
  }

  /** Rehashes every body, one after the other, and drops what is damaged. Yields the facts, or null for damage. */
  async *verify(): AsyncGenerator<{ readonly path: string; readonly facts: EntryFacts | null }> {
    for await (const path of walkFiles(this.#entries)) {
      const facts = await readVerifiedFacts(join(this.#entries, path));
      if (facts === 'missing') continue;
      const isWhole = facts !== null && entryPath(facts.key) === path;
      if (!isWhole) await this.#dropDamaged(path);
      yield { path, facts: isWhole ? facts : null };
    }
  }

  /** Entries and bytes as the index counts them. */
  totals(scopeClass: ScopeClass): Totals {
    return this.#index.totals(scopeClass);
  }

  /** Removes what is too old and what is beyond the limits, and what dead uploads left. */
  async collectGarbage(): Promise<void> {
    await sweepPartials(this.#options);
    const { maxAgeMs, epochMs } = this.#options;
    if (maxAgeMs !== null) await this.#space.evictUnusedSince(epochMs() - maxAgeMs);
    await this.#space.evictAllExcess();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#sweeper);
    await Promise.all([this.scanned, ...this.#background]);
    this.#index.close();
  }

  async #open(key: EntryKey): Promise<OpenFile | null> {
    const path = entryPath(key);
    const handle = await openEntryFile(join(this.#entries, path));
    if (handle === null) return null;
    try {
      const file = await readEntryFile(handle);
      // A file under another entry's name is damage like any other: it must not be served.
      if (file !== null && entryPath(file.facts.key) === path) return { handle, file, path };
    } catch (error) {
      await handle.close();
      throw error;
    }
    await handle.close();
    await this.#dropDamaged(path);
    return null;
  }

  async #dropDamaged(path: string): Promise<void> {
    this.#index.remove([path]);
    this.#options.record({ type: 'entry-damaged', path });
    await removeFiles(this.#entries, [path], this.#options.record);
  }

  #noteUse({ path, file }: OpenFile): void {
    const { epochMs, noteUseEveryMs } = this.#options;
    const now = epochMs();
    this.#index.use(path, now);
    if (now - file.usedAtEpochMs < noteUseEveryMs) return;
    this.#inBackground(ignoringCode('ENOENT', utimes(join(this.#entries, path), now / 1000, now / 1000)));
  }

  async #sweep(): Promise<void> {
    this.#index.flushUses();
    this.#index.renewReservations();
    await this.collectGarbage();
  }

  async #scan(): Promise<void> {
    const { record } = this.#options;
    try {
      await reconcileIndex(this.#index, { entriesAbsolute: this.#entries, isStopped: () => this.#isClosed });
      if (this.#isClosed) return;
      await this.collectGarbage();
      const totals = scopeClasses.map((scopeClass) => this.#index.totals(scopeClass));
      const entries = totals.reduce((sum, total) => sum + total.entries, 0);
      record({ type: 'storage-scanned', entries, sizeBytes: totals.reduce((sum, total) => sum + total.sizeBytes, 0) });
    } catch (error) {
      record({ type: 'storage-failed', detail: String(error) });
    }
  }

  #inBackground(work: Promise<unknown>): void {
    const settled = work
      .then(() => {})
      .catch((error: unknown) => this.#options.record({ type: 'storage-failed', detail: String(error) }))
      .finally(() => this.#background.delete(settled));
    this.#background.add(settled);
  }
}

async function sweepPartials({ directory, staleAfterMs, epochMs, record }: DiskStorageOptions): Promise<void> {
  const count = await sweepPartialFiles(directory, { staleAfterMs, nowEpochMs: epochMs() });
  if (count > 0) record({ type: 'partial-files-swept', count });
}
