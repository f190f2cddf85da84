import type { DiskSpace } from './disk-space.ts';
import { roundToBlocks } from './round-to-blocks.ts';
import type { ScopeClass } from './scope-class.ts';

export interface ReservationOptions {
  readonly space: DiskSpace;
  readonly scopeClass: ScopeClass;
  /** How much more to reserve at a time than is needed at once: for senders that do not announce a size. */
  readonly stepBytes: number;
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

  /** For a disk that is full before the limit is reached. False where nothing can go. */
  async makeRoomOnDisk(bytes: number): Promise<boolean> {
    return await this.#options.space.evictForFullDisk(this.#options.scopeClass, bytes);
  }

  release(): void {
    this.#options.space.release(this.#options.scopeClass, this.#reservedBytes);
    this.#reservedBytes = 0;
  }

  async #grow(bytes: number): Promise<boolean> {
    if (!(await this.#options.space.reserve(this.#options.scopeClass, bytes))) return false;
    this.#reservedBytes += bytes;
    return true;
  }
}
