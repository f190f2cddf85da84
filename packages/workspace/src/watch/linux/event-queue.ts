import { readFileSync } from 'node:fs';

/** What the kernel has unless somebody changed it, and less than anybody would choose. */
const smallestLimit = 4_096;

/**
 * Knows whether the kernel may have dropped events. It queues a bounded number (inotify(7)) and tells of an overflow,
 * but libuv passes that on to nobody. All that is queued is read in one go, however, before the loop turns: a queue that
 * was full shows as one turn with at least that many events. So turns that come near to it count as an overflow.
 *
 * Right only where nobody else in this thread uses `fs.watch`.
 */
export class EventQueue {
  readonly #limit: number;
  #count = 0;

  constructor(maxQueuedEvents: number) {
    this.#limit = Math.floor(maxQueuedEvents * 0.75);
  }

  /** Of events that were given to us, and of those that closing a watch makes and nobody gets. */
  add(count: number): void {
    this.#count += count;
  }

  /** At the end of a turn of the loop. */
  takeOverflow(): boolean {
    const isFull = this.#count >= this.#limit;
    this.#count = 0;
    return isFull;
  }
}

export function readMaxQueuedEvents(): number {
  try {
    const limit = Number(readFileSync('/proc/sys/fs/inotify/max_queued_events', 'utf8'));
    return Number.isSafeInteger(limit) && limit > 0 ? limit : smallestLimit;
  } catch {
    // No /proc in this container.
    return smallestLimit;
  }
}
