import type { NxHash } from '@larder/protocol';
import type { AheadLookup } from '../lookup.ts';

export interface AheadRunOptions {
  /** Null where it is being looked up already. */
  readonly fetch: (hash: NxHash, limitBytes: number) => AheadLookup | null;
  /** How many may be under way now. */
  readonly countFreeSlots: () => number;
  readonly maxBytes: number;
}

/** So many more absent artifacts than found ones say that the server has not got the rest either. */
const absentLead = 8;

/** Fetches a list of artifacts that a run is likely to ask for, a few at a time. */
export class AheadRun {
  readonly #options: AheadRunOptions;
  readonly #waiting: NxHash[];
  readonly #running = new Set<AheadLookup>();
  #leftBytes: number;
  #found = 0;
  #absent = 0;

  constructor(hashes: readonly NxHash[], options: AheadRunOptions) {
    this.#options = options;
    this.#waiting = hashes.toReversed();
    this.#leftBytes = options.maxBytes;
  }

  /** Call it whenever there may be something to start. */
  startNext(): void {
    while (this.#running.size < this.#options.countFreeSlots()) {
      const hash = this.#waiting.pop();
      if (hash === undefined) return;
      const lookup = this.#options.fetch(hash, this.#leftBytes);
      if (lookup !== null) void this.#follow(lookup);
    }
  }

  /** Starts no more, and breaks off what nobody has asked for. */
  stop(): void {
    this.#waiting.length = 0;
    for (const lookup of this.#running) lookup.giveUp();
  }

  async #follow(lookup: AheadLookup): Promise<void> {
    this.#running.add(lookup);
    const { kind, sizeBytes } = await lookup.done;
    this.#running.delete(lookup);
    this.#leftBytes -= sizeBytes;
    if (kind === 'found') this.#found += 1;
    if (kind === 'absent') this.#absent += 1;
    const isPointless = this.#absent >= this.#found + absentLead || this.#leftBytes <= 0;
    if (kind === 'failed' || isPointless) this.#waiting.length = 0;
    this.startNext();
  }
}
