interface QueuedEvent {
  readonly at: number;
  readonly order: number;
  readonly act: () => void;
}

/** What is to happen on a simulated clock; of equal times first in, first out. A binary heap. */
export class EventQueue {
  readonly #heap: QueuedEvent[] = [];
  #added = 0;

  add(at: number, act: () => void): void {
    const event = { at, order: this.#added++, act };
    let place = this.#heap.push(event) - 1;
    while (place > 0 && isBefore(event, this.#heap[(place - 1) >> 1]!)) {
      this.#heap[place] = this.#heap[(place - 1) >> 1]!;
      place = (place - 1) >> 1;
    }
    this.#heap[place] = event;
  }

  take(): { readonly at: number; readonly act: () => void } | null {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined) return null;
    if (this.#heap.length > 0) this.#sink(last);
    return first;
  }

  #sink(event: QueuedEvent): void {
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.#heap.length) break;
      if (child + 1 < this.#heap.length && isBefore(this.#heap[child + 1]!, this.#heap[child]!)) child += 1;
      if (isBefore(event, this.#heap[child]!)) break;
      this.#heap[place] = this.#heap[child]!;
      place = child;
    }
    this.#heap[place] = event;
  }
}

function isBefore(a: QueuedEvent, b: QueuedEvent): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
