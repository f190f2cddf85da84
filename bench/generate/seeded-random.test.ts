import { expect, test } from 'vitest';
import { createSeededRandom } from './seeded-random.ts';

const numbersOf = (seed: number): readonly number[] => {
  const random = createSeededRandom(seed);
  return Array.from({ length: 1_000 }, () => random.below(10));
};

test('a seed gives the same numbers always, and another seed others', () => {
  expect(numbersOf(1)).toEqual(numbersOf(1));
  expect(numbersOf(1)).not.toEqual(numbersOf(2));
});

test('numbers stay below the limit, and each comes about as often as the others', () => {
  const found = numbersOf(3);
  for (let digit = 0; digit < 10; digit += 1) {
    const times = found.filter((each) => each === digit).length;
    expect(times).toBeGreaterThan(60);
    expect(times).toBeLessThan(140);
  }
});

test('a shuffle keeps every item, moves some and leaves its argument alone', () => {
  const items = Array.from({ length: 20 }, (_, index) => index);
  const shuffled = createSeededRandom(1).shuffle(items);
  expect(shuffled.toSorted((a, b) => a - b)).toEqual(items);
  expect(shuffled).not.toEqual(items);
});
