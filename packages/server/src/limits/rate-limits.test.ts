import { expect, test } from 'vitest';
import type { Scope } from '../identity/scope.ts';
import { createRateLimits } from './rate-limits.ts';

const scope = (text: string): Scope => text as Scope;

test('a burst is taken, then one request each time that the rate allows one', () => {
  let now = 0;
  const admit = createRateLimits({ scope: { requestsPerSecond: 10, burst: 3 }, tenant: null }, () => now);
  expect([1, 2, 3, 4].map(() => admit(scope('main')))).toEqual([null, null, null, 100]);
  now = 100;
  expect([admit(scope('main')), admit(scope('main'))]).toEqual([null, 100]);
});

test('scopes do not disturb each other, and a tenant limits all of its scopes together', () => {
  const admit = createRateLimits(
    { scope: { requestsPerSecond: 1, burst: 2 }, tenant: { requestsPerSecond: 1, burst: 3 } },
    () => 0,
  );
  expect(['acme@main', 'acme@main', 'acme@pr/1'].map((each) => admit(scope(each)))).toEqual([null, null, null]);
  expect(admit(scope('acme@pr/2'))).toBe(1000);
  expect(admit(scope('other@pr/2'))).toBe(null);
});

test('a request that is refused does not make the next one wait longer', () => {
  const admit = createRateLimits({ scope: { requestsPerSecond: 1, burst: 1 }, tenant: null }, () => 0);
  expect([1, 2, 3, 4].map(() => admit(scope('main')))).toEqual([null, 1000, 1000, 1000]);
});
