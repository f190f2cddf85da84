import { decideBatchEnd, type WorkspacePath } from '@larder/core';

export interface ChangeBatch {
  /** `all`: anything may have changed. */
  readonly paths: readonly WorkspacePath[] | 'all';
  readonly firstAtMs: number;
}

export interface CollectOptions {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Runs the callback once after so many milliseconds; the result cancels it. */
  readonly schedule: (callback: () => void, delayMs: number) => () => void;
  readonly gitIsBusy: () => boolean;
  readonly onBatch: (batch: ChangeBatch) => void;
}

/** What a whole checkout of a large repository comes to; more than that is looked for instead of listed. */
const mostPaths = 50_000;

/** Makes one batch of a burst of changes, by the rules of `decideBatchEnd`. */
export class BatchCollector {
  readonly #options: CollectOptions;
  readonly #paths = new Set<WorkspacePath>();
  #isLost = false;
  #firstAtMs: number | null = null;
  #lastAtMs = 0;
  #cancel: (() => void) | null = null;

  constructor(options: CollectOptions) {
    this.#options = options;
  }

  add(paths: readonly WorkspacePath[]): void {
    for (const path of paths) this.#paths.add(path);
    if (this.#paths.size > mostPaths) this.#lose();
    this.#wait();
  }

  /** Changes went by that nobody has seen. */
  addEverything(): void {
    this.#lose();
    this.#wait();
  }

  close(): void {
    this.#cancel?.();
  }

  #lose(): void {
    this.#isLost = true;
    this.#paths.clear();
  }

  #wait(): void {
    this.#lastAtMs = this.#options.now();
    this.#firstAtMs ??= this.#lastAtMs;
    // The timer that is set looks again at its end: a burst of thousands of events sets few timers.
    this.#cancel ??= this.#options.schedule(() => this.#look(), this.#msLeft());
  }

  #look(): void {
    this.#cancel = null;
    const left = this.#msLeft();
    if (left > 0) this.#cancel = this.#options.schedule(() => this.#look(), left);
    else this.#finish();
  }

  #msLeft(): number {
    const nowMs = this.#options.now();
    const burst = {
      paths: this.#isLost ? mostPaths : this.#paths.size,
      firstAtMs: this.#firstAtMs ?? nowMs,
      lastAtMs: this.#lastAtMs,
      nowMs,
      gitIsBusy: this.#options.gitIsBusy(),
    };
    // A timer may fire a fraction of a millisecond early.
    return Math.ceil(decideBatchEnd(burst) - nowMs);
  }

  #finish(): void {
    const paths = this.#isLost ? 'all' : [...this.#paths];
    const firstAtMs = this.#firstAtMs ?? 0;
    this.#paths.clear();
    this.#isLost = false;
    this.#firstAtMs = null;
    this.#options.onBatch({ paths, firstAtMs });
  }
}
