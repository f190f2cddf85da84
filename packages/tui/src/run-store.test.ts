import { expect, test } from 'vitest';
import { RunStore } from './run-store.ts';
import { finishes, planned, prints, started } from './testing/sample-run.ts';

/** A clock and its timers, moved by hand. */
class FakeTime {
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

function start(): { time: FakeTime; store: RunStore; frames: number[] } {
  const time = new FakeTime();
  const store = new RunStore({ now: () => time.nowMs, epochMs: () => time.nowMs }, time.schedule);
  const frames: number[] = [];
  store.subscribe(() => frames.push(store.getSnapshot().nowMs));
  store.onEvent(started([planned('a:b')]));
  return { time, store, frames };
}

test('events that come together make one frame, and ten a second at most', () => {
  const { time, store, frames } = start();
  for (let index = 0; index < 999; index += 1) {
    store.onEvent(prints('a:b', 'x\n'));
    time.advance(1);
  }
  expect(frames.length).toBe(10);
});

test('while nothing happens there is one frame a second', () => {
  const { time, frames } = start();
  time.advance(5500);
  expect(frames).toEqual([0, 1000, 2000, 3000, 4000, 5000]);
});

test('slow frames keep a longer distance, down to two a second', () => {
  const framesIn999Ms = (costMs: number): number => {
    const { time, store, frames } = start();
    for (let index = 0; index < 999; index += 1) {
      const before = frames.length;
      store.onEvent(prints('a:b', 'x\n'));
      time.advance(1);
      if (frames.length > before) store.noteFrameCost(costMs);
    }
    return frames.length;
  };
  expect([0, 2, 5, 10, 1000].map(framesIn999Ms)).toEqual([10, 10, 5, 3, 2]);
});

test('after the end of the run, and after closing, no timer remains', () => {
  const { time, store, frames } = start();
  store.onEvent(finishes(10, 0));
  time.advance(100);
  const drawn = frames.length;
  expect(time.timers.size).toBe(0);
  const other = start();
  other.store.close();
  expect(other.time.timers.size).toBe(0);
  time.advance(5000);
  expect(frames.length).toBe(drawn);
});

test('a snapshot stays the same object until the next frame', () => {
  const { time, store } = start();
  time.advance(1);
  const before = store.getSnapshot();
  store.onEvent(prints('a:b', 'x\n'));
  expect(store.getSnapshot()).toBe(before);
  time.advance(100);
  expect(store.getSnapshot()).not.toBe(before);
});
