export interface BufferPoolOptions {
  readonly bufferBytes: number;
  /** Buffers beyond this are left to the garbage collector when they come back. */
  readonly keptAtMost: number;
}

/** Buffers that are used again: fresh ones cost more than what is done with them, and pile up until they are collected. */
export class BufferPool {
  readonly #options: BufferPoolOptions;
  readonly #free: Buffer[] = [];

  constructor(options: BufferPoolOptions) {
    this.#options = options;
  }

  /** Holds whatever was in it before. */
  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.#options.bufferBytes);
  }

  /** Nobody may look at it any more. */
  giveBack(buffer: Buffer): void {
    if (this.#free.length < this.#options.keptAtMost) this.#free.push(buffer);
  }
}
