import { expect, test } from 'vitest';
import { resolveSlots } from './resolve-slots.ts';

test('a percentage is one of the cores, and never nothing', () => {
  expect(resolveSlots('50%', 3, 8)).toBe(4);
  expect(resolveSlots('10%', 3, 2)).toBe(1);
});

test('auto begins with all cores', () => {
  expect(resolveSlots('auto', 3, 8)).toBe(8);
});

test('a number is itself, and no wish is what is configured', () => {
  expect(resolveSlots('7', 3, 2)).toBe(7);
  expect(resolveSlots(null, 3, 8)).toBe(3);
});
