import type { Pacing } from './pacing.ts';

/** Spreads the bytes of all transfers of one direction over time. */
export class Throttle {
  readonly #bytesPerMs: number;
  readonly #pacing: Pacing;
  readonly #nowMs: () => number;
  #freeAtMs = 0;

  constructor(bytesPerSecond: number, pacing: Pacing, nowMs: () => number = () => performance.now()) {
    this.#bytesPerMs = bytesPerSecond / 1000;
    this.#pacing = pacing;
    this.#nowMs = nowMs;
  }

  /** Resolves when the bytes may move: each has its turn after those that asked before. */
  async take(sizeBytes: number, signal: AbortSignal): Promise<void> {
    const now = this.#nowMs();
    const startsAt = Math.max(now, this.#freeAtMs);
    this.#freeAtMs = startsAt + sizeBytes / this.#bytesPerMs;
    if (startsAt > now) await this.#pacing.sleep(startsAt - now, signal);
  }
}
