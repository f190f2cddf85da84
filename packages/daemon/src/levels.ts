import { inspectArchive } from './archive/inspect-archive.ts';
import type { DiskEntries } from './entries/disk-entries.ts';
import { type Entry, type EntryAttributes, type EntryKey, formatEntryKey, type HitLevel } from './entries/entry.ts';
import type { MemoryEntries } from './entries/memory-entries.ts';
import type { Tally } from './tally.ts';
import { UploadQueue } from './upstream/upload-queue.ts';
import { UpstreamTrouble, type Upstream } from './upstream/upstream.ts';

export interface LevelsOptions {
  readonly memory: MemoryEntries;
  readonly disk: DiskEntries;
  /** Null: nothing is configured. */
  readonly upstream: Upstream | null;
  /** False where the remote is only read. */
  readonly uploads: boolean;
  readonly tally: Tally;
}

const uploadConcurrency = 4;
const maxWaitingUploads = 10_000;

/**
 * Memory, then disk, then the remote server. What comes from the server is written to disk and inspected before
 * anybody sees it. Nothing here rejects for a trouble of the disk or the server: a lookup misses, a store says no.
 */
export class Levels {
  readonly #options: LevelsOptions;
  readonly #lookups = new Map<string, Promise<Entry | null>>();
  readonly #uploads: UploadQueue;

  constructor(options: LevelsOptions) {
    this.#options = options;
    const { upstream, tally } = options;
    this.#uploads = new UploadQueue({
      upload: async (key, entry, signal) => {
        await upstream?.write(key, entry, signal);
        tally.transfer('upload', entry.sizeBytes);
      },
      onTrouble: (error) => tally.trouble('upload', error),
      concurrency: uploadConcurrency,
      maxWaiting: maxWaitingUploads,
    });
  }

  get pendingUploads(): number {
    return this.#uploads.pending;
  }

  /** Null is a miss. Those who ask for the same at the same time share one lookup; `signal` is not theirs alone. */
  async find(key: EntryKey, signal: AbortSignal): Promise<Entry | null> {
    const inMemory = this.#options.memory.find(key);
    if (inMemory !== null) return this.#hit('memory', inMemory);
    const name = formatEntryKey(key);
    const running = this.#lookups.get(name);
    if (running !== undefined) return await running;
    const lookup = this.#look(key, signal).finally(() => this.#lookups.delete(name));
    this.#lookups.set(name, lookup);
    return await lookup;
  }

  /** Rejects where the source does. */
  async store(
    key: EntryKey,
    source: AsyncIterable<Uint8Array>,
    attributes: EntryAttributes,
  ): Promise<'stored' | 'exists'> {
    const { disk, tally, upstream, uploads } = this.#options;
    if ((await disk.find(key)) !== null) return 'exists';
    const entry = await (await disk.stage(key, source, attributes)).publish();
    tally.store();
    if (upstream !== null && uploads) this.#uploads.add(key, entry);
    return 'stored';
  }

  /** Waits for uploads, at most so long. */
  async flush(waitMs: number): Promise<void> {
    await this.#uploads.drain(waitMs);
  }

  close(): void {
    this.#uploads.close();
    this.#options.upstream?.close();
  }

  async #look(key: EntryKey, signal: AbortSignal): Promise<Entry | null> {
    const { disk, memory, tally } = this.#options;
    try {
      const onDisk = await disk.find(key);
      if (onDisk !== null) return this.#hit('disk', await memory.keep(key, onDisk));
      const fetched = await this.#fetch(key, signal);
      if (fetched !== null) return this.#hit('remote', await memory.keep(key, fetched));
    } catch (error) {
      tally.trouble(error instanceof UpstreamTrouble ? 'download' : 'disk', error);
    }
    tally.miss();
    return null;
  }

  async #fetch(key: EntryKey, signal: AbortSignal): Promise<Entry | null> {
    const { disk, upstream, tally } = this.#options;
    const received = (await upstream?.read(key, signal)) ?? null;
    if (received === null) return null;
    const staged = await disk.stage(key, received.body, received.attributes);
    tally.transfer('download', staged.sizeBytes);
    try {
      const problem = await inspectArchive(key.protocol, staged, signal);
      if (problem === null) return await staged.publish();
      tally.trouble('archive', new Error(`an archive of the server was refused: ${problem}`));
    } catch (error) {
      await staged.discard();
      throw error;
    }
    await staged.discard();
    return null;
  }

  #hit(level: HitLevel, entry: Entry): Entry {
    this.#options.tally.hit(level);
    return entry;
  }
}
