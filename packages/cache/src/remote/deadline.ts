import { TimedOut } from './remote-failure.ts';

/** Slower than this over a whole transfer, after the first timeout's worth, is no transfer: 16 KiB a second. */
const minBytesPerMs = 16;

/** Aborts a request that makes no progress for `idleMs`, or so little that it only seems to. */
export class Deadline implements Disposable {
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #idleMs: number;
  readonly #startedAt = performance.now();
  #timer: NodeJS.Timeout | null = null;
  #sizeBytes = 0;
  #pausedMs = 0;
  #isOver = false;

  constructor(outer: AbortSignal, idleMs: number) {
    this.#idleMs = idleMs;
    this.signal = AbortSignal.any([outer, this.#controller.signal]);
    this.#restart();
  }

  /** Bytes have moved. */
  advance(sizeBytes: number): void {
    this.#sizeBytes += sizeBytes;
    const elapsedMs = performance.now() - this.#startedAt - this.#pausedMs;
    if (elapsedMs > this.#idleMs * 2 + this.#sizeBytes / minBytesPerMs) this.#expire('bytes came too slowly');
    else this.#restart();
  }

  /** Waits for something that is not the other side's doing. */
  async pause(wait: Promise<void>): Promise<void> {
    const pausedAt = performance.now();
    this.#stopTimer();
    await wait;
    this.#pausedMs += performance.now() - pausedAt;
    this.#restart();
  }

  /** What the abort means, where an error is only its echo. */
  explain(error: unknown): unknown {
    return this.signal.aborted ? this.signal.reason : error;
  }

  /** For good: what still moves afterwards is of no interest. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#stopTimer();
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #restart(): void {
    this.#stopTimer();
    if (this.#isOver) return;
    this.#timer = setTimeout(() => this.#expire(`nothing came for ${this.#idleMs} ms`), this.#idleMs);
  }

  #expire(reason: string): void {
    this[Symbol.dispose]();
    this.#controller.abort(new TimedOut(reason));
  }
}
