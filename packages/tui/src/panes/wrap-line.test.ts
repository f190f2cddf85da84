import { stripVTControlCharacters } from 'node:util';
import { assert, constantFrom, array, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { displayWidth } from '@larder/report';
import { countRows, maxRowsPerLine, wrapLine } from './wrap-line.ts';

test('a line that fits is one row, a longer one is cut into as many as it takes', () => {
  expect(wrapLine('abc', 3)).toEqual(['abc']);
  expect(wrapLine('abcdefgh', 3)).toEqual(['abc', 'def', 'gh']);
  expect(wrapLine('', 3)).toEqual(['']);
});

test('styles go on in the next row, and end with each', () => {
  const [first, second] = wrapLine('\u001B[31mabcdef\u001B[0m', 3);
  expect(first).toBe('\u001B[31mabc\u001B[0m');
  expect(second).toMatch(/^\u001B\[31mdef/);
});

test('a wide character is not cut in two', () => {
  expect(wrapLine('a日本', 2)).toEqual(['a', '日', '本']);
  expect(wrapLine('日', 1).join('')).toBe('');
});

test('one line never fills everything', () => {
  expect(wrapLine('x'.repeat(100_000), 10).length).toBe(maxRowsPerLine);
  expect(wrapLine('é'.repeat(100_000), 10).length).toBe(maxRowsPerLine);
  expect(countRows('x'.repeat(100_000), 10)).toBe(maxRowsPerLine);
});

test('no row is wider than the pane, and nothing but that is lost', () => {
  const pieces = constantFrom(
    'a',
    'bcd',
    ' ',
    '日本',
    'é',
    '👍',
    '\u001B[32m',
    '\u001B[1;31m',
    '\u001B[0m',
    '\u001B[39m',
  );
  assert(
    property(array(pieces, { maxLength: 30 }), integer({ min: 2, max: 12 }), (parts, columns) => {
      const line = parts.join('');
      const rows = wrapLine(line, columns);
      expect(Math.max(...rows.map(displayWidth))).toBeLessThanOrEqual(columns);
      expect(stripVTControlCharacters(rows.join(''))).toBe(stripVTControlCharacters(line));
    }),
  );
});
