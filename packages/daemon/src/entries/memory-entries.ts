import { Readable } from 'node:stream';
import { type Entry, type EntryKey, formatEntryKey } from './entry.ts';

interface Kept {
  readonly bytes: Buffer;
  readonly entry: Entry;
}

/** Small artifacts in memory, the least recently used ones given up first. */
export class MemoryEntries {
  readonly #kept = new Map<string, Kept>();
  readonly #maxBytes: number;
  readonly #maxEntryBytes: number;
  #bytes = 0;

  constructor(options: { readonly maxBytes: number; readonly maxEntryBytes: number }) {
    this.#maxBytes = options.maxBytes;
    this.#maxEntryBytes = options.maxEntryBytes;
  }

  find(key: EntryKey): Entry | null {
    const name = formatEntryKey(key);
    const kept = this.#kept.get(name);
    if (kept === undefined) return null;
    this.#kept.delete(name);
    this.#kept.set(name, kept);
    return kept.entry;
  }

  /** Keeps a copy of a small entry; a larger one comes back as it is. Throws what reading it throws. */
  async keep(key: EntryKey, entry: Entry): Promise<Entry> {
    if (entry.sizeBytes > this.#maxEntryBytes) return entry;
    const chunks: Buffer[] = [];
    for await (const chunk of entry.open()) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    const inMemory = { ...entry, open: () => Readable.from(bytes.length === 0 ? [] : [bytes]) };
    this.#insert(formatEntryKey(key), { bytes, entry: inMemory });
    return inMemory;
  }

  get sizeBytes(): number {
    return this.#bytes;
  }

  #insert(name: string, kept: Kept): void {
    this.#drop(name);
    this.#kept.set(name, kept);
    this.#bytes += kept.bytes.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#drop(oldest);
    }
  }

  #drop(name: string): void {
    this.#bytes -= this.#kept.get(name)?.bytes.length ?? 0;
    this.#kept.delete(name);
  }
}
