import { expect, test } from 'vitest';
import { clamp, sum } from './index.ts';

test('the sum of nothing is zero', () => {
  expect(sum([])).toBe(0);
  expect(sum([1, 2, 3])).toBe(6);
});

test('a value outside the bounds is moved to the nearest', () => {
  expect(clamp(12, 0, 10)).toBe(10);
  expect(clamp(-1, 0, 10)).toBe(0);
});
