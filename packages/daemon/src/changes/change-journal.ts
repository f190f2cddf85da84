/** A moment in the life of one watcher. Moments of different instances cannot be compared. */
export interface ChangeClock {
  readonly instance: string;
  /** Counts batches of changes. */
  readonly sequence: number;
}

export type ChangesSince =
  /** Every path that was touched after that moment, each once, the oldest first. */
  | { readonly kind: 'changes'; readonly clock: ChangeClock; readonly paths: readonly string[] }
  | { readonly kind: 'unknown'; readonly clock: ChangeClock; readonly why: string };

export interface ChangeJournalOptions {
  readonly instance: string;
  readonly maxPaths: number;
  /** Of all paths together, in UTF-16 units. */
  readonly maxLength: number;
}

/**
 * Which paths were touched, and when for the last time. Bounded: the paths that were not touched for longest are
 * forgotten, and with them how to answer for the time before. Knows no clock, no disk and no watcher.
 */
export class ChangeJournal {
  readonly #options: ChangeJournalOptions;
  /** The moment of the last touch; in its order, because a path that is touched again moves to the end. */
  readonly #touchedAt = new Map<string, number>();
  #length = 0;
  #sequence = 0;
  /** Of moments before this one nothing is known. */
  #knownFrom = 0;

  constructor(options: ChangeJournalOptions) {
    this.#options = options;
  }

  get clock(): ChangeClock {
    return { instance: this.#options.instance, sequence: this.#sequence };
  }

  /** Paths that are remembered. */
  get size(): number {
    return this.#touchedAt.size;
  }

  record(paths: readonly string[]): void {
    if (paths.length === 0) return;
    this.#sequence += 1;
    for (const path of paths) {
      if (!this.#touchedAt.delete(path)) this.#length += path.length;
      this.#touchedAt.set(path, this.#sequence);
    }
    this.#forget();
  }

  since(clock: ChangeClock | null): ChangesSince {
    const now = this.clock;
    if (clock === null) return { kind: 'unknown', clock: now, why: 'first contact' };
    if (clock.instance !== now.instance) return { kind: 'unknown', clock: now, why: 'another watcher' };
    if (clock.sequence > now.sequence) return { kind: 'unknown', clock: now, why: 'a moment to come' };
    if (clock.sequence < this.#knownFrom) return { kind: 'unknown', clock: now, why: 'too many changes since' };
    return { kind: 'changes', clock: now, paths: this.#touchedAfter(clock.sequence) };
  }

  #touchedAfter(sequence: number): readonly string[] {
    if (sequence === this.#sequence) return [];
    const paths: string[] = [];
    for (const [path, touchedAt] of this.#touchedAt) if (touchedAt > sequence) paths.push(path);
    return paths;
  }

  #forget(): void {
    const { maxPaths, maxLength } = this.#options;
    for (const [path, touchedAt] of this.#touchedAt) {
      if (this.#touchedAt.size <= maxPaths && this.#length <= maxLength) return;
      this.#touchedAt.delete(path);
      this.#length -= path.length;
      this.#knownFrom = touchedAt;
    }
  }
}
