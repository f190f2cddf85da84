/** A clock and its timers, moved by hand; for tests only. */
export class FakeTime {
  nowMs = 0;
  readonly timers = new Map<symbol, { readonly at: number; readonly callback: () => void }>();

  readonly schedule = (callback: () => void, delayMs: number): (() => void) => {
    const key = Symbol('timer');
    this.timers.set(key, { at: this.nowMs + delayMs, callback });
    return () => this.timers.delete(key);
  };

  advance(ms: number): void {
    const end = this.nowMs + ms;
    for (let next = this.#findNext(end); next !== null; next = this.#findNext(end)) {
      this.nowMs = Math.max(this.nowMs, next.timer.at);
      this.timers.delete(next.key);
      next.timer.callback();
    }
    this.nowMs = end;
  }

  #findNext(end: number): { key: symbol; timer: { at: number; callback: () => void } } | null {
    const due = [...this.timers].filter(([, timer]) => timer.at <= end).toSorted((a, b) => a[1].at - b[1].at);
    const [first] = due;
    return first === undefined ? null : { key: first[0], timer: first[1] };
  }
}
