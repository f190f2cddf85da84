import { PriorityQueue } from './priority-queue.ts';
import type { ScheduledTask } from './scheduled-task.ts';

/**
 * Tasks that want a slot, and which of them may have one. A task with `parallelism: false` runs while
 * no other task holds a slot: once it is the first in line nothing else starts before it, so that it
 * cannot wait for ever. Continuous tasks take no slot, since those that need them could then get none.
 */
export class RunnableQueue {
  readonly #waiting = new PriorityQueue<ScheduledTask>((a, b) => a.rank - b.rank);
  readonly #continuous = new PriorityQueue<ScheduledTask>((a, b) => a.rank - b.rank);
  /** First in line, until it can have the machine for itself. */
  #held: ScheduledTask | null = null;
  #exclusive: ScheduledTask | null = null;
  #occupied = 0;

  /** Slots that are in use. */
  get occupied(): number {
    return this.#occupied;
  }

  add(task: ScheduledTask): void {
    (task.task.continuous ? this.#continuous : this.#waiting).add(task);
  }

  /** Tasks that are no longer `queued` have been settled in the meantime and are passed over. */
  take(freeSlots: number): readonly ScheduledTask[] {
    const taken: ScheduledTask[] = [];
    if (this.#exclusive !== null) return taken;
    for (let next = takeQueued(this.#continuous); next !== null; next = takeQueued(this.#continuous)) taken.push(next);
    for (let free = freeSlots; free > 0 && this.#exclusive === null; free--) {
      const next = this.#next();
      if (next === null) break;
      this.#occupied++;
      taken.push(next);
    }
    return taken;
  }

  /** A task that `take` gave has ended. */
  free(task: ScheduledTask): void {
    if (task.task.continuous) return;
    this.#occupied--;
    if (this.#exclusive === task) this.#exclusive = null;
  }

  #next(): ScheduledTask | null {
    const next = this.#held?.state === 'queued' ? this.#held : takeQueued(this.#waiting);
    this.#held = null;
    if (next === null || next.task.parallelism) return next;
    if (this.#occupied > 0) {
      this.#held = next;
      return null;
    }
    this.#exclusive = next;
    return next;
  }
}

function takeQueued(queue: PriorityQueue<ScheduledTask>): ScheduledTask | null {
  for (let next = queue.take(); next !== undefined; next = queue.take()) {
    if (next.state === 'queued') return next;
  }
  return null;
}
