import { expect, test } from 'vitest';
import { parseAge, parseSize } from './parse-quantity.ts';

test('ages are minutes, hours or days', () => {
  expect([parseAge('90m'), parseAge('12h'), parseAge('7d')]).toEqual([5_400_000, 43_200_000, 604_800_000]);
  expect(parseAge('soon')).toBeUndefined();
});

test('sizes are decimal or binary', () => {
  expect([parseSize('500MB'), parseSize('1.5 GiB'), parseSize('10')]).toEqual([500_000_000, 1_610_612_736, 10]);
  expect(parseSize('-1MB')).toBeUndefined();
});
