/** A binary heap: `take` gives the item that comes first by `compare`. Both operations take logarithmic time. */
export class PriorityQueue<Item> {
  readonly #compare: (a: Item, b: Item) => number;
  readonly #heap: Item[] = [];

  constructor(compare: (a: Item, b: Item) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#heap.length;
  }

  peek(): Item | undefined {
    return this.#heap[0];
  }

  add(item: Item): void {
    let index = this.#heap.push(item) - 1;
    while (index > 0) {
      const above = (index - 1) >> 1;
      if (!this.#isBefore(index, above)) return;
      this.#swap(index, above);
      index = above;
    }
  }

  take(): Item | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (this.#heap.length === 0 || last === undefined) return first;
    this.#heap[0] = last;
    for (let index = 0; ;) {
      const next = this.#firstBelow(index);
      if (next === index) return first;
      this.#swap(index, next);
      index = next;
    }
  }

  #firstBelow(index: number): number {
    let first = index;
    for (const below of [2 * index + 1, 2 * index + 2]) {
      if (below < this.#heap.length && this.#isBefore(below, first)) first = below;
    }
    return first;
  }

  #isBefore(a: number, b: number): boolean {
    return this.#compare(this.#heap[a] as Item, this.#heap[b] as Item) < 0;
  }

  #swap(a: number, b: number): void {
    const item = this.#heap[a] as Item;
    this.#heap[a] = this.#heap[b] as Item;
    this.#heap[b] = item;
  }
}
