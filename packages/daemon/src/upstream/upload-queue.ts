import type { Entry, EntryKey } from '../entries/entry.ts';

export interface UploadQueueOptions {
  /** Rejects where the upload fails. */
  readonly upload: (key: EntryKey, entry: Entry, signal: AbortSignal) => Promise<void>;
  readonly onTrouble: (error: unknown) => void;
  readonly concurrency: number;
  /** Waiting uploads; one more is given up, and said so. */
  readonly maxWaiting: number;
}

/** Uploads in the background. Entries wait on disk, so that only their names take memory. */
export class UploadQueue {
  readonly #options: UploadQueueOptions;
  readonly #waiting: { readonly key: EntryKey; readonly entry: Entry }[] = [];
  readonly #controller = new AbortController();
  #running = 0;
  #drained = Promise.withResolvers<void>();

  constructor(options: UploadQueueOptions) {
    this.#options = options;
    this.#drained.resolve();
  }

  get pending(): number {
    return this.#waiting.length + this.#running;
  }

  add(key: EntryKey, entry: Entry): void {
    if (this.#waiting.length >= this.#options.maxWaiting) {
      this.#options.onTrouble(new Error('too many uploads wait: this one was given up'));
      return;
    }
    if (this.pending === 0) this.#drained = Promise.withResolvers();
    this.#waiting.push({ key, entry });
    this.#startNext();
  }

  /** Settles when nothing waits any more, or after `waitMs`. */
  async drain(waitMs: number): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, waitMs);
    await Promise.race([this.#drained.promise, late]);
    clearTimeout(timer);
  }

  /** Breaks off what is under way. */
  close(): void {
    this.#waiting.length = 0;
    this.#controller.abort();
  }

  #startNext(): void {
    while (this.#running < this.#options.concurrency) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#running += 1;
      void this.#run(next.key, next.entry);
    }
  }

  async #run(key: EntryKey, entry: Entry): Promise<void> {
    try {
      await this.#options.upload(key, entry, this.#controller.signal);
    } catch (error) {
      if (!this.#controller.signal.aborted) this.#options.onTrouble(error);
    }
    this.#running -= 1;
    this.#startNext();
    if (this.pending === 0) this.#drained.resolve();
  }
}
