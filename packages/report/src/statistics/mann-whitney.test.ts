import { array, assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { adjustByHolm, mannWhitneyP } from './mann-whitney.ts';

// The expected values were worked out by hand from the definition of the test.

test('small samples without ties are counted exactly', () => {
  expect(mannWhitneyP([1, 2, 3], [4, 5, 6])).toBeCloseTo(0.1, 6);
  expect(mannWhitneyP([1, 2, 3, 4], [5, 6, 7, 8])).toBeCloseTo(0.028_571, 5);
  expect(mannWhitneyP([1, 4, 5], [2, 3, 6])).toBeCloseTo(1, 6);
  expect(mannWhitneyP([1.1, 2.2, 3.3, 9.9], [4.4, 5.5, 6.6, 7.7, 8.8])).toBeCloseTo(0.285_714, 5);
});

test('the counted and the approximated answer agree where both are good', () => {
  const a = Array.from({ length: 19 }, (_, index) => index * 2);
  const b = Array.from({ length: 20 }, (_, index) => index * 2 + 7);
  const exact = mannWhitneyP(a, b);
  const approximate = mannWhitneyP([...a, 100, 100], [...b, 1000, 1000]);
  expect(exact).toBeGreaterThan(0.05);
  expect(Math.abs(exact - approximate)).toBeLessThan(0.2);
});

test('ties share ranks: equal samples differ in nothing', () => {
  expect(mannWhitneyP([5, 5, 5, 5], [5, 5, 5, 5])).toBe(1);
  // U 3.5, variance 25 / 12 x (11 - 36 / 90), z 1.809 with the correction for continuity.
  expect(mannWhitneyP([1, 2, 2, 3, 4], [2, 4, 5, 5, 6])).toBeCloseTo(0.070_5, 4);
});

test('whoever is first, and whatever the scale, the answer is the same, between 0 and 1', () => {
  const samples = array(integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 30 });
  assert(
    property(samples, samples, (a, b) => {
      const p = mannWhitneyP(a, b);
      expect(p).toBeGreaterThanOrEqual(0);
      expect(p).toBeLessThanOrEqual(1);
      expect(mannWhitneyP(b, a)).toBeCloseTo(p, 9);
      expect(
        mannWhitneyP(
          a.map((x) => x * 3 + 1),
          b.map((x) => x * 3 + 1),
        ),
      ).toBeCloseTo(p, 9);
    }),
  );
});

test('the more that is asked, the stronger an answer must be', () => {
  expect(adjustByHolm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
  expect(adjustByHolm([])).toEqual([]);
});
