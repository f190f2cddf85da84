import { noteGrowth, readSweepRecord } from './sweep-record.ts';

export interface StoreLimits {
  readonly maxSizeBytes: number;
  /** Entries that were not used for longer are removed. */
  readonly maxAgeMs: number;
}

/** Ages are looked at once a day; a size as soon as it is exceeded. */
const sweepEveryMs = 24 * 60 * 60 * 1000;
/** What a sweep for size leaves, so that the next run does not sweep again. */
const leftShare = 0.9;

/** Keeps a store within its limits: the sum of what was stored decides whether the entries are looked through. */
export class StoreGrowth {
  readonly #directoryAbsolute: string;
  readonly #limits: StoreLimits | null;
  #storedBytes = 0;

  constructor(directoryAbsolute: string, limits: StoreLimits | null) {
    this.#directoryAbsolute = directoryAbsolute;
    this.#limits = limits;
  }

  note(sizeBytes: number): void {
    this.#storedBytes += sizeBytes;
  }

  /** At the end of a run. A run that stored nothing does nothing; trouble only means that nothing is evicted now. */
  async settle(): Promise<void> {
    if (this.#storedBytes === 0 || this.#limits === null) return;
    const { maxSizeBytes, maxAgeMs } = this.#limits;
    try {
      noteGrowth(this.#directoryAbsolute, this.#storedBytes);
      this.#storedBytes = 0;
      const record = readSweepRecord(this.#directoryAbsolute);
      const isTooLarge = record === null || record.sizeBytes > maxSizeBytes;
      if (!isTooLarge && Date.now() - record.sweptAtEpochMs < sweepEveryMs) return;
      const { cleanCache, readCacheStats } = await import('./clean-cache.ts');
      const exceeds = readCacheStats(this.#directoryAbsolute).sizeBytes > maxSizeBytes;
      const sizeBytes = exceeds ? Math.floor(maxSizeBytes * leftShare) : maxSizeBytes;
      cleanCache(this.#directoryAbsolute, { olderThanMs: maxAgeMs, maxSizeBytes: sizeBytes });
    } catch {
      return;
    }
  }
}
