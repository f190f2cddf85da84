import { expect, test } from 'vitest';
import { FillOnce, type FillResult } from './fill-once.ts';

const limits = { waitMs: 60_000, atOnce: 1, waiting: 1 };

test('callers who miss one entry at the same time share one fill', async () => {
  const fills = new FillOnce(limits);
  const { promise, resolve } = Promise.withResolvers<FillResult>();
  let started = 0;
  const work = (): Promise<FillResult> => {
    started += 1;
    return promise;
  };
  const callers = Array.from({ length: 20 }, () => fills.fill('a', work));
  resolve('filled');
  expect(await Promise.all(callers)).toEqual(Array.from({ length: 20 }, () => 'filled'));
  expect(started).toBe(1);
  await fills.fill('a', work);
  expect(started).toBe(2);
});

test('nobody waits longer than the limit for a fill that goes on', async () => {
  const fills = new FillOnce({ ...limits, waitMs: 1 });
  const { promise, resolve } = Promise.withResolvers<FillResult>();
  expect(await fills.fill('a', () => promise)).toBe('direct');
  resolve('filled');
  await fills.settled();
});

test('fills beyond the queue are not begun', async () => {
  const fills = new FillOnce(limits);
  const { promise, resolve } = Promise.withResolvers<FillResult>();
  const queued = [fills.fill('a', () => promise), fills.fill('b', () => promise)];
  expect(await fills.fill('c', () => Promise.reject(new Error('must not begin')))).toBe('direct');
  resolve('filled');
  expect(await Promise.all(queued)).toEqual(['filled', 'filled']);
});
