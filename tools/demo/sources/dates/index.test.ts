import { expect, test } from 'vitest';
import { addDays, formatDay } from './index.ts';

test('days are added across the end of a month', () => {
  expect(formatDay(addDays(new Date('2026-02-27T12:00:00Z'), 2))).toBe('2026-03-01');
});
