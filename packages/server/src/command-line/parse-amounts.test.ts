import { expect, test } from 'vitest';
import { parseDuration } from './parse-duration.ts';
import { parseSize } from './parse-size.ts';

test.each([
  ['1000', 1000],
  ['10GB', 10_000_000_000],
  ['512 MiB', 536_870_912],
  ['1.5kb', 1500],
  ['2t', 2_000_000_000_000],
])('%s are %i bytes', (text, bytes) => expect(parseSize(text)).toBe(bytes));

test.each(['', '0', '-1', '1e3', 'GB', '10 XB', '1.2.3', '99999999TB'])('%j is no size', (text) =>
  expect(parseSize(text)).toBeNull(),
);

test.each([
  ['90s', 90_000],
  ['45m', 2_700_000],
  ['12h', 43_200_000],
  ['30d', 2_592_000_000],
  ['2w', 1_209_600_000],
])('%s are %i milliseconds', (text, milliseconds) => expect(parseDuration(text)).toBe(milliseconds));

test.each(['', '30', '0d', '-1d', '1.5h', 'd', '1y'])('%j is no duration', (text) =>
  expect(parseDuration(text)).toBeNull(),
);
