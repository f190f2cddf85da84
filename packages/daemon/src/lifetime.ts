export interface LifetimeOptions {
  /** For so long nobody need use it. */
  readonly idleMs: number;
  /** Called once. */
  readonly onDone: () => void;
}

/** Between looks, and so long a daemon waits that is to stop when it can. */
export const checkEveryMs = 2_000;

/** Decides when a daemon is over: when it was told to stop, or nobody uses it, and nothing is under way. */
export class Lifetime {
  readonly #options: LifetimeOptions;
  #usedAtEpochMs = Date.now();
  #isStopping = false;
  #isDone = false;

  constructor(options: LifetimeOptions) {
    this.#options = options;
  }

  use(): void {
    this.#usedAtEpochMs = Date.now();
  }

  /** With `force` at once, when whoever asks has its answer. */
  stop({ force }: { readonly force: boolean }): void {
    this.#isStopping = true;
    if (force) setImmediate(() => this.#finish());
  }

  /** `isForgotten`: its record was replaced or deleted together with the workspace, and nobody can find it any more. */
  look({ isBusy, isForgotten }: { readonly isBusy: boolean; readonly isForgotten: boolean }): void {
    const patienceMs = isForgotten || this.#isStopping ? checkEveryMs : this.#options.idleMs;
    if (!isBusy && Date.now() - this.#usedAtEpochMs > patienceMs) this.#finish();
  }

  #finish(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#options.onDone();
  }
}
