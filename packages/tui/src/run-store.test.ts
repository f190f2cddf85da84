import { expect, test } from 'vitest';
import { RunStore } from './run-store.ts';
import { FakeTime } from './testing/fake-time.ts';
import { finishes, planned, prints, started } from './testing/sample-run.ts';

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
  expect([0, 1, 2, 3, 1000].map(framesIn999Ms)).toEqual([10, 10, 5, 4, 2]);
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
