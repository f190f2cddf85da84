import { mkdir, utimes, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordFact } from '../server-event.ts';
import { openBody, openEntryFile, readEntryFile, type EntryFile } from './entry-file.ts';
import { entriesFolder, entryPath } from './entry-path.ts';
import { removeFiles } from './remove-files.ts';
import { sweepPartialFiles } from './partial-files.ts';
import { scanEntries } from './scan-entries.ts';
import { Space } from './space.ts';
import type { EntryFacts, EntryKey, EntryWrite, OpenEntry, Storage, WriteResult } from './storage.ts';
import { walkFiles } from './walk-files.ts';
import { writeEntryFile } from './write-entry-file.ts';

export interface DiskStorageOptions {
  readonly directory: string;
  /** Of all entries together, in whole blocks. */
  readonly maxBytes: number;
  /** Of one body. */
  readonly maxBodyBytes: number;
  /** An upload that has not written for so long belongs to a dead process. */
  readonly staleAfterMs: number;
  /** Uses of an entry are written down this often at most, for the order of eviction after a restart. */
  readonly noteUseEveryMs: number;
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
 * is a whole entry, also after a crash and for other processes. What is kept in memory only decides what to evict;
 * it is rebuilt in the background after a start.
 */
export class DiskStorage implements Storage {
  /** Settles when what an earlier process left is accounted for. Never rejects. */
  readonly scanned: Promise<void>;
  readonly #options: DiskStorageOptions;
  readonly #entries: string;
  readonly #space: Space;
  readonly #sweeper: NodeJS.Timeout;
  readonly #background = new Set<Promise<void>>();
  #isClosed = false;

  private constructor(options: DiskStorageOptions) {
    this.#options = options;
    this.#entries = join(options.directory, entriesFolder);
    this.#space = new Space(options.maxBytes);
    this.scanned = this.#scan();
    this.#sweeper = setInterval(() => this.#inBackground(sweep(options)), options.staleAfterMs).unref();
  }

  /** Rejects where the folder cannot be made or written to. */
  static async open(options: DiskStorageOptions): Promise<DiskStorage> {
    await mkdir(join(options.directory, entriesFolder), { recursive: true, mode: 0o700 });
    await sweep(options);
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
    if (smallBody === null) return { facts, body: openBody(open.handle, open.file) };
    await open.handle.close();
    return { facts, body: smallBody };
  }

  async write(write: EntryWrite): Promise<WriteResult> {
    return await writeEntryFile(write, {
      ...this.#options,
      path: entryPath(write.key),
      entriesAbsolute: this.#entries,
      space: this.#space,
      evict: (paths) => this.#evict(paths),
    });
  }

  async delete(key: EntryKey): Promise<boolean> {
    const path = entryPath(key);
    this.#space.remove(path);
    return (await removeFiles(this.#entries, [path], this.#options.record)) > 0;
  }

  async *list(): AsyncGenerator<EntryFacts> {
    for await (const path of walkFiles(this.#entries)) {
      await using handle = await openEntryFile(join(this.#entries, path));
      const file = handle === null ? null : await readEntryFile(handle);
      if (file !== null && entryPath(file.facts.key) === path) yield file.facts;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#sweeper);
    await Promise.all([this.scanned, ...this.#background]);
  }

  async #open(key: EntryKey): Promise<OpenFile | null> {
    const path = entryPath(key);
    const handle = await openEntryFile(join(this.#entries, path));
    if (handle === null) {
      this.#space.remove(path);
      return null;
    }
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
    this.#space.remove(path);
    this.#options.record({ type: 'entry-damaged', path });
    await removeFiles(this.#entries, [path], this.#options.record);
  }

  #noteUse({ path, file }: OpenFile): void {
    const { epochMs, noteUseEveryMs } = this.#options;
    const now = epochMs();
    if (!this.#space.has(path)) this.#space.add(path, file.fileSizeBytes, now);
    else if (this.#space.use(path, now, noteUseEveryMs)) {
      this.#inBackground(utimes(join(this.#entries, path), now / 1000, now / 1000));
    }
  }

  async #evict(paths: readonly string[]): Promise<void> {
    if (paths.length === 0) return;
    this.#options.record({ type: 'entries-evicted', count: paths.length });
    await removeFiles(this.#entries, paths, this.#options.record);
  }

  async #scan(): Promise<void> {
    const { record } = this.#options;
    try {
      const files = await scanEntries(this.#entries, () => this.#isClosed);
      if (files === null) return;
      this.#space.adopt(files);
      await this.#evict(this.#space.evictExcess());
      record({ type: 'storage-scanned', entries: this.#space.entries, sizeBytes: this.#space.storedBytes });
    } catch (error) {
      record({ type: 'storage-failed', detail: String(error) });
    }
  }

  #inBackground(work: Promise<void>): void {
    const settled = work
      .catch((error: unknown) => this.#options.record({ type: 'storage-failed', detail: String(error) }))
      .finally(() => this.#background.delete(settled));
    this.#background.add(settled);
  }
}

async function sweep({ directory, staleAfterMs, epochMs, record }: DiskStorageOptions): Promise<void> {
  const count = await sweepPartialFiles(directory, { staleAfterMs, nowEpochMs: epochMs() });
  if (count > 0) record({ type: 'partial-files-swept', count });
}
