import { getEventListeners } from 'node:events';
import type { Executor, TaskEnd } from '@larder/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { awaitOwnEnd } from './await-own-end.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** How a task that ends so is seen to end, once each of these milliseconds have passed. */
function watchEnd(end: TaskEnd, signal: AbortSignal): { readonly seen: () => TaskEnd | null } {
  const running = { ended: Promise.resolve(end), ready: Promise.resolve(), stop: () => Promise.resolve() };
  const executor: Executor = { name: 'x', describe: () => 'x', start: () => running };
  const start = awaitOwnEnd(executor, signal).start as () => typeof running;
  let seen: TaskEnd | null = null;
  void start().ended.then((each) => (seen = each));
  return { seen: () => seen };
}

test.each([
  { exitCode: 143, detail: 'ended by SIGTERM' },
  { exitCode: 1, detail: 'ended by SIGINT' },
  { exitCode: 129, detail: null },
])('a task that was asked to end is over when the batch is: %j', async (end) => {
  const controller = new AbortController();
  const { seen } = watchEnd(end, controller.signal);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(seen()).toBeNull();
  controller.abort();
  await vi.advanceTimersByTimeAsync(0);
  expect(seen()).toEqual(end);
  expect(vi.getTimerCount()).toBe(0);
});

test('where the batch goes on, it was a failure', async () => {
  const end = { exitCode: 143, detail: 'ended by SIGTERM' };
  const { signal } = new AbortController();
  const { seen } = watchEnd(end, signal);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(seen()).toEqual(end);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test.each([
  { exitCode: 0, detail: null },
  { exitCode: 1, detail: null },
  { exitCode: 137, detail: 'ended by SIGKILL' },
])('any other end is told at once: %j', async (end) => {
  const { seen } = watchEnd(end, new AbortController().signal);
  await vi.advanceTimersByTimeAsync(0);
  expect(seen()).toEqual(end);
});
