import { expect, test } from 'vitest';
import { decideBatchEnd } from './quiet-period.ts';

const burst = { paths: 1, firstAtMs: 1000, lastAtMs: 1000, nowMs: 1000, gitIsBusy: false };

test('a save is taken almost at once', () => {
  expect(decideBatchEnd(burst) - 1000).toBeLessThanOrEqual(25);
});

test('many paths wait until they come to rest', () => {
  expect(decideBatchEnd({ ...burst, paths: 500 })).toBeGreaterThan(decideBatchEnd(burst) + 100);
});

test('what never comes to rest is taken after two seconds', () => {
  expect(decideBatchEnd({ ...burst, paths: 500, lastAtMs: 60_000 })).toBe(3000);
  expect(decideBatchEnd({ ...burst, lastAtMs: 60_000 })).toBe(3000);
});

test('git at work is waited for, however quiet it is, but not for ever: a lock can be left behind', () => {
  const busy = { ...burst, gitIsBusy: true };
  expect(decideBatchEnd({ ...busy, nowMs: 5_000 })).toBeGreaterThan(5_000);
  expect(decideBatchEnd({ ...busy, nowMs: 60_000 })).toBe(11_000);
});
