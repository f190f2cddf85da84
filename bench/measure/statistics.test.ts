import { expect, test } from 'vitest';
import { halfSpread, median } from './statistics.ts';

test('the median is the value in the middle, or the mean of the two', () => {
  expect(median([9, 1, 100])).toBe(9);
  expect(median([4, 1, 100, 2])).toBe(3);
});

test('there is no median of nothing', () => {
  expect(median([])).toBeNaN();
});

test('an outlier does not widen the spread', () => {
  expect(halfSpread([10, 11, 12, 13, 14])).toBe(1);
  expect(halfSpread([10, 11, 12, 13, 1_000])).toBe(1);
});
