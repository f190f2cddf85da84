import { Slots } from './slots.ts';

export type FillResult = 'filled' | 'missing' | 'direct';

export interface FillOnceOptions {
  readonly waitMs: number;
  readonly atOnce: number;
  /** Fills beyond this are not begun. */
  readonly waiting: number;
}

/** Many misses of one entry at the same time fetch it once, and wait for it for a limited time. */
export class FillOnce {
  readonly #options: FillOnceOptions;
  readonly #slots: Slots;
  readonly #running = new Map<string, Promise<FillResult>>();

  constructor(options: FillOnceOptions) {
    this.#options = options;
    this.#slots = new Slots(options);
  }

  /** `direct` where the caller had better fetch it without waiting any longer. The fill goes on then. */
  async fill(name: string, work: () => Promise<FillResult>): Promise<FillResult> {
    const running = this.#running.get(name) ?? this.#start(name, work);
    const { promise: tooLate, resolve } = Promise.withResolvers<FillResult>();
    const timer = setTimeout(() => resolve('direct'), this.#options.waitMs);
    try {
      return await Promise.race([running, tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }

  async settled(): Promise<void> {
    await Promise.allSettled(this.#running.values());
  }

  #start(name: string, work: () => Promise<FillResult>): Promise<FillResult> {
    const running = this.#slots
      .run(work)
      .then((result) => result ?? 'direct')
      .finally(() => this.#running.delete(name));
    this.#running.set(name, running);
    // Whoever still waits hears of a failure; where nobody does, nobody needs to.
    running.catch(() => {});
    return running;
  }
}
