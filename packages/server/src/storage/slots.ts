export interface SlotsOptions {
  readonly atOnce: number;
  /** More callers than this are sent away. */
  readonly waiting: number;
}

/** Lets so many pieces of work run at a time; the others wait in order. */
export class Slots {
  readonly #options: SlotsOptions;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(options: SlotsOptions) {
    this.#options = options;
  }

  /** Null, without having begun, where too many wait already. */
  async run<T>(work: () => Promise<T>): Promise<T | null> {
    if (this.#running >= this.#options.atOnce) {
      if (this.#waiting.length >= this.#options.waiting) return null;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#running += 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
