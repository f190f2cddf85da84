import { expect, test } from 'vitest';
import { BatchCollector, type ChangeBatch } from './collect-batches.ts';
import type { WorkspacePath } from '@larder/core';

/** A collector in a world where time passes only when it is told to. */
function collect() {
  let nowMs = 0;
  let gitIsBusy = false;
  let timers: { at: number; run: () => void }[] = [];
  const batches: ChangeBatch[] = [];
  const collector = new BatchCollector({
    now: () => nowMs,
    schedule: (run, delayMs) => {
      const timer = { at: nowMs + delayMs, run };
      timers.push(timer);
      return () => (timers = timers.filter((one) => one !== timer));
    },
    gitIsBusy: () => gitIsBusy,
    onBatch: (batch) => batches.push(batch),
  });
  const pass = (ms: number): void => {
    const end = nowMs + ms;
    for (let due = next(end); due !== undefined; due = next(end)) {
      nowMs = Math.max(nowMs, due.at);
      timers = timers.filter((one) => one !== due);
      due.run();
    }
    nowMs = end;
  };
  const next = (end: number) => timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  const add = (...paths: string[]): void => collector.add(paths as WorkspacePath[]);
  return { collector, batches, pass, add, setGitBusy: (busy: boolean) => (gitIsBusy = busy) };
}

test('a save is one batch, soon', () => {
  const { batches, pass, add } = collect();
  add('a', 'b');
  pass(5);
  add('a');
  expect(batches).toEqual([]);
  pass(25);
  expect(batches).toEqual([{ paths: ['a', 'b'], firstAtMs: 0 }]);
  pass(10_000);
  expect(batches).toHaveLength(1);
});

test('a checkout is one batch, however slowly git writes it', () => {
  const { batches, pass, add, setGitBusy } = collect();
  setGitBusy(true);
  for (let file = 0; file < 2000; file += 1) {
    add(`file ${file}`);
    if (file % 500 === 0) pass(700);
  }
  expect(batches).toEqual([]);
  setGitBusy(false);
  pass(300);
  expect(batches).toHaveLength(1);
  expect(batches[0]?.paths).toHaveLength(2000);
});

test('what never comes to rest is given out every two seconds, and nothing of it is lost', () => {
  const { batches, pass, add } = collect();
  for (let second = 0; second < 100; second += 1) {
    add(`file ${second}`);
    pass(10);
    for (let again = 0; again < 9; again += 1) {
      add('log');
      pass(10);
    }
  }
  pass(1000);
  expect(batches.length).toBeGreaterThanOrEqual(4);
  const all = new Set(batches.flatMap(({ paths }) => [...paths]));
  expect(all.size).toBe(101);
});

test('a loss is everything, and swallows the paths beside it', () => {
  const { collector, batches, pass, add } = collect();
  add('a');
  collector.addEverything();
  add('b');
  pass(1000);
  expect(batches).toEqual([{ paths: 'all', firstAtMs: 0 }]);
});
