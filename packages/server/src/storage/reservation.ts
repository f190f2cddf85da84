import { roundToBlocks, type Space } from './space.ts';

export interface ReservationOptions {
  readonly space: Space;
  /** How much more to reserve at a time than is needed at once: for senders that do not announce a size. */
  readonly stepBytes: number;
  readonly evict: (paths: readonly string[]) => Promise<void>;
}

/** The bytes that one upload may write. Grows with the upload; given back at its end, however it ends. */
export class Reservation {
  readonly #options: ReservationOptions;
  #reservedBytes = 0;

  constructor(options: ReservationOptions) {
    this.#options = options;
  }

  /** False where there is no room for so many bytes, not even after evicting everything else. */
  async cover(sizeBytes: number): Promise<boolean> {
    const missing = roundToBlocks(sizeBytes) - this.#reservedBytes;
    if (missing <= 0) return true;
    return (await this.#grow(Math.max(missing, this.#options.stepBytes))) || (await this.#grow(missing));
  }

  release(): void {
    this.#options.space.release(this.#reservedBytes);
    this.#reservedBytes = 0;
  }

  async #grow(bytes: number): Promise<boolean> {
    const evicted = this.#options.space.reserve(bytes);
    if (evicted === null) return false;
    this.#reservedBytes += bytes;
    await this.#options.evict(evicted);
    return true;
  }
}
