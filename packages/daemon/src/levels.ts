import { type Entry, type EntryAttributes, type EntryKey, formatEntryKey, type HitLevel } from './entries/entry.ts';
import { lookForEntry, lookAheadForEntry, type EntryPlaces } from './look-for-entry.ts';
import { GivenUp, type AheadBound, type AheadLookup, type AheadOutcome, type Found, type Lookup } from './lookup.ts';
import { UploadQueue } from './upstream/upload-queue.ts';

export interface LevelsOptions extends EntryPlaces {
  /** False where the remote is only read. */
  readonly uploads: boolean;
}

/** Told of lookups as clients make them, not of what is fetched ahead. */
export interface LookupObserver {
  /** It is not in memory; whoever asks waits now. */
  asked(key: EntryKey): void;
  /** The server has it, and it is about to come. */
  found(key: EntryKey): void;
  /** A client that waited does not any more. */
  answered(): void;
}

const uploadConcurrency = 4;
const maxWaitingUploads = 10_000;
/** Artifacts that were fetched ahead, and nobody has asked for. */
const maxUnasked = 20_000;

/**
 * Memory, then disk, then the remote server. What comes from the server is written to disk and inspected before
 * anybody sees it. Nothing here rejects for a trouble of the disk or the server: a lookup misses, a store says no.
 */
export class Levels {
  readonly #options: LevelsOptions;
  readonly #lookups = new Map<string, Lookup>();
  readonly #unasked = new Set<string>();
  readonly #uploads: UploadQueue;
  #observer: LookupObserver | null = null;
  #asking = 0;

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

  observe(observer: LookupObserver): void {
    this.#observer = observer;
  }

  /** Lookups that a client waits for. */
  get asking(): number {
    return this.#asking;
  }

  /** Null is a miss. Those who ask for the same at the same time share one lookup; `signal` is not theirs alone. */
  async find(key: EntryKey, signal: AbortSignal): Promise<Entry | null> {
    const inMemory = this.#options.memory.find(key);
    if (inMemory !== null) return this.#hit('memory', inMemory);
    const name = formatEntryKey(key);
    const lookup = this.#lookups.get(name) ?? this.#register(name, this.#lookUp(key, signal));
    if (lookup.isAsked) return (await lookup.found)?.entry ?? null;
    lookup.isAsked = true;
    this.#asking += 1;
    this.#observer?.asked(key);
    const found = await lookup.found;
    this.#asking -= 1;
    this.#observer?.answered();
    if (found !== null) return this.#hit(this.#unasked.delete(name) ? 'ahead' : found.level, found.entry);
    this.#options.tally.miss();
    return null;
  }

  /**
   * Brings to the disk what nobody has asked for yet; null where somebody has, or it is there. Who asks meanwhile shares the
   * download. One of more than `limitBytes` is broken off, unless somebody waits for it.
   */
  fetchAhead(key: EntryKey, limitBytes: number): AheadLookup | null {
    const name = formatEntryKey(key);
    if (this.#lookups.has(name) || this.#options.memory.find(key) !== null) return null;
    const controller = new AbortController();
    const giveUp = (): void => {
      if (lookup.isAsked) return;
      // Who asks from now on starts anew.
      if (this.#lookups.get(name) === lookup) this.#lookups.delete(name);
      controller.abort(new GivenUp());
    };
    const bound = { limitBytes, isAwaited: () => lookup.isAsked, giveUp };
    const outcome = this.#lookAhead(key, bound, controller.signal);
    const lookup = this.#register(
      name,
      outcome.then(({ found }) => found),
    );
    const done = outcome.then(({ kind, found }) => {
      return { kind, sizeBytes: kind === 'found' ? found.entry.sizeBytes : 0 };
    });
    return { giveUp, done };
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

  #register(name: string, found: Lookup['found']): Lookup {
    const lookup: Lookup = { isAsked: false, found };
    this.#lookups.set(name, lookup);
    void found.then(() => this.#lookups.get(name) === lookup && this.#lookups.delete(name));
    return lookup;
  }

  #lookUp(key: EntryKey, signal: AbortSignal): Promise<Found | null> {
    return lookForEntry(this.#options, key, { signal, onFound: () => this.#observer?.found(key) });
  }

  async #lookAhead(key: EntryKey, bound: AheadBound, signal: AbortSignal): Promise<AheadOutcome> {
    const outcome = await lookAheadForEntry(this.#options, key, { bound, signal });
    if (outcome.kind === 'found' && this.#unasked.size < maxUnasked) this.#unasked.add(formatEntryKey(key));
    return outcome;
  }

  /** What was fetched ahead came from the server, too. */
  #hit(level: HitLevel | 'ahead', entry: Entry): Entry {
    const { tally } = this.#options;
    if (level === 'ahead') tally.askAhead();
    tally.hit(level === 'ahead' ? 'remote' : level);
    return entry;
  }
}
