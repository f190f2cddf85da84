export interface UploadQueueOptions {
  readonly concurrency: number;
  /** More than these wait in `add`, so that a slow server slows the run down instead of filling the memory. */
  readonly maxWaiting: number;
}

/** Does one upload; it reports its own troubles and never rejects. */
export type Upload = (signal: AbortSignal) => Promise<void>;

/** Uploads in the background, in the order in which they were added. */
export class UploadQueue {
  readonly #options: UploadQueueOptions;
  readonly #waiting: Upload[] = [];
  readonly #active = new Set<Promise<void>>();
  #controller = new AbortController();

  constructor(options: UploadQueueOptions) {
    this.#options = options;
  }

  /** Resolves when the upload has a place in the queue. */
  async add(upload: Upload): Promise<void> {
    while (this.#waiting.length >= this.#options.maxWaiting) await Promise.race(this.#active);
    this.#waiting.push(upload);
    this.#startNext();
  }

  /** Waits until all is uploaded or time is up; then what is left is aborted. Resolves with the number of dropped ones. */
  async drain(deadlineMs: number, signal: AbortSignal): Promise<number> {
    signal.throwIfAborted();
    if (this.#active.size === 0) return 0;
    const stop = new AbortController();
    try {
      await Promise.race([this.#settle(), waitFor(deadlineMs, AbortSignal.any([signal, stop.signal]))]);
    } finally {
      stop.abort();
    }
    const dropped = await this.#abortRest();
    signal.throwIfAborted();
    return dropped;
  }

  async #settle(): Promise<void> {
    while (this.#active.size > 0) await Promise.race(this.#active);
  }

  async #abortRest(): Promise<number> {
    const dropped = this.#waiting.length + this.#active.size;
    this.#waiting.length = 0;
    this.#controller.abort();
    await Promise.all(this.#active);
    this.#controller = new AbortController();
    return dropped;
  }

  #startNext(): void {
    while (this.#active.size < this.#options.concurrency) {
      const upload = this.#waiting.shift();
      if (upload === undefined) return;
      const running = upload(this.#controller.signal).finally(() => {
        this.#active.delete(running);
        this.#startNext();
      });
      this.#active.add(running);
    }
  }
}

const longestTimeoutMs = 2 ** 31 - 1;

/** Resolves after the time or when `signal` aborts, whichever comes first. */
function waitFor(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(finish, Math.min(delayMs, longestTimeoutMs));
    signal.addEventListener('abort', finish, { once: true });
    function finish(): void {
      clearTimeout(timer);
      resolve();
    }
  });
}
