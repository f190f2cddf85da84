import type {
  EntryFacts,
  EntryKey,
  EntryWrite,
  OpenEntry,
  Redirect,
  Storage,
  StoredTotals,
  WriteResult,
} from './storage.ts';
import type { ScopeClass } from './scope-class.ts';

export interface MemoryStorageOptions {
  readonly below: Storage;
  /** Of all bodies that are kept. */
  readonly maxBytes: number;
  /** Larger bodies are not kept. */
  readonly maxBodyBytes: number;
  /** An entry that was removed below, by another process too, is forgotten here after so long. */
  readonly maxAgeMs: number;
  readonly epochMs: () => number;
}

interface Kept {
  readonly facts: EntryFacts;
  readonly body: Uint8Array;
  readonly sizeBytes: number;
  readonly readAtEpochMs: number;
}

/** Facts and bookkeeping of one entry, roughly. */
const overheadBytes = 1024;

/**
 * Small bodies that were read lately, in memory before another storage. What exists is always asked below. Misses of
 * one entry at the same time are one read below.
 */
export class MemoryStorage implements Storage {
  readonly #options: MemoryStorageOptions;
  /** Least recently used first. */
  readonly #kept = new Map<string, Kept>();
  readonly #reading = new Map<string, Promise<OpenEntry | null>>();
  #keptBytes = 0;
  /** Absent where the storage below has none, so that nobody asks in vain. */
  readonly totals?: (scopeClass: ScopeClass) => StoredTotals;
  readonly findRedirect?: (key: EntryKey) => Promise<Redirect | null>;

  constructor(options: MemoryStorageOptions) {
    this.#options = options;
    const { below } = options;
    const { totals } = below;
    if (totals !== undefined) this.totals = (scopeClass) => totals.call(below, scopeClass);
    if (below.findRedirect !== undefined)
      this.findRedirect = (key) => below.findRedirect?.(key) ?? Promise.resolve(null);
  }

  async head(key: EntryKey): Promise<EntryFacts | null> {
    return await this.#options.below.head(key);
  }

  async read(key: EntryKey): Promise<OpenEntry | null> {
    const place = placeOf(key);
    const kept = this.#find(place);
    if (kept !== null) return kept;
    const running = this.#reading.get(place);
    if (running === undefined) return await this.#readBelow(key, place);
    const shared = await running;
    // A stream has one reader; whoever comes after the first opens one of its own.
    return shared === null || shared.body instanceof Uint8Array ? shared : await this.#options.below.read(key);
  }

  async write(write: EntryWrite): Promise<WriteResult> {
    return await this.#options.below.write(write);
  }

  async delete(key: EntryKey): Promise<boolean> {
    this.#forget(placeOf(key));
    return await this.#options.below.delete(key);
  }

  list(): AsyncIterable<EntryFacts> {
    return this.#options.below.list();
  }

  async close(): Promise<void> {
    this.#kept.clear();
    await this.#options.below.close();
  }

  async #readBelow(key: EntryKey, place: string): Promise<OpenEntry | null> {
    const reading = this.#options.below.read(key).finally(() => this.#reading.delete(place));
    this.#reading.set(place, reading);
    const entry = await reading;
    if (entry !== null && entry.body instanceof Uint8Array) this.#keep(place, entry.facts, entry.body);
    return entry;
  }

  #find(place: string): OpenEntry | null {
    const kept = this.#kept.get(place);
    if (kept === undefined) return null;
    if (this.#options.epochMs() - kept.readAtEpochMs > this.#options.maxAgeMs) {
      this.#forget(place);
      return null;
    }
    this.#kept.delete(place);
    this.#kept.set(place, kept);
    return { facts: kept.facts, body: kept.body };
  }

  #keep(place: string, facts: EntryFacts, body: Uint8Array): void {
    const sizeBytes = body.length + overheadBytes;
    if (body.length > this.#options.maxBodyBytes || sizeBytes > this.#options.maxBytes) return;
    this.#forget(place);
    this.#kept.set(place, { facts, body, sizeBytes, readAtEpochMs: this.#options.epochMs() });
    this.#keptBytes += sizeBytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#keptBytes <= this.#options.maxBytes) break;
      this.#forget(oldest);
    }
  }

  #forget(place: string): void {
    const kept = this.#kept.get(place);
    if (kept === undefined) return;
    this.#kept.delete(place);
    this.#keptBytes -= kept.sizeBytes;
  }
}

/** Unlike the path on disk this needs no digest; neither scope nor namespace contains the separator. */
function placeOf(key: EntryKey): string {
  return `${key.scope}\n${key.namespace}\n${key.name}`;
}
