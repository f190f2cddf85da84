import { array, assert, constantFrom, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanTerminalText } from './clean-terminal-text.ts';
import { displayWidth, fitToWidth, truncateToWidth } from './display-width.ts';
import { formatBytes } from './format-bytes.ts';
import { formatDuration } from './format-duration.ts';
import { renderTable } from './render-table.ts';
import { wrapWords } from './wrap-words.ts';

test('durations keep two figures that matter', () => {
  expect([0, 0.4, 850, 999.6, 1234, 12_345, 59_700, 64_000, 3_600_000, 7_380_000, -5, NaN].map(formatDuration)).toEqual(
    ['0 ms', '0 ms', '850 ms', '1.0 s', '1.2 s', '12 s', '1 min', '1 min 4 s', '1 h', '2 h 3 min', '0 ms', '0 ms'],
  );
});

test('sizes are in powers of 1000', () => {
  expect([0, 999, 1000, 1_234_567, 15_000_000, 999_999].map(formatBytes)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '1.2 MB',
    '15 MB',
    '1.0 MB',
  ]);
});

describe('text from tasks', () => {
  const hostile: readonly (readonly [string, string])[] = [
    ['clears the screen', '\u001B[2J\u001B[H'],
    ['sets the title', '\u001B]0;owned\u0007'],
    ['sets the title with ESC \\', '\u001B]2;owned\u001B\\'],
    ['uses the one-character CSI', '\u009B2J'],
    ['switches the screen', '\u001B[?1049h'],
    ['resets the terminal', '\u001Bc'],
    ['asks for an answer', '\u001B[6n\u001BP+q544e\u001B\\'],
    ['rings and goes back', '\u0007\b\b\u007F\u0000'],
    ['selects a character set', '\u001B(0'],
    ['is cut off', '\u001B[3'],
    ['hides a style in another sequence', '\u001B[?25m'],
  ];

  test.each(hostile)('that %s is shown without it', (_what, sequence) => {
    expect(cleanTerminalText(`a${sequence}`, true)).toBe('a');
    expect(cleanTerminalText(`a${sequence}`, false)).toBe('a');
  });

  test('keeps its styles only where there is colour', () => {
    const styled = 'a \u001B[1;38;5;196mb\u001B[0m ✔';
    expect(cleanTerminalText(styled, true)).toBe(styled);
    expect(cleanTerminalText(styled, false)).toBe('a b ✔');
  });

  test('keeps the lines after a control string that was never closed', () => {
    expect(cleanTerminalText('\u001B]0;x\nnext', true)).toBe('\nnext');
  });

  test('never holds a control character afterwards, whatever it was', () => {
    assert(
      property(array(integer({ min: 0, max: 0xff }), { maxLength: 40 }), (values) => {
        const text = String.fromCharCode(...values);
        const codes = [...cleanTerminalText(`\u001B[${text}\u001B]${text}`, false)].map((each) => each.charCodeAt(0));
        expect(
          codes.filter((code) => (code < 0x20 && code !== 9 && code !== 10) || (code >= 0x7f && code < 0xa0)),
        ).toEqual([]);
      }),
    );
  });
});

describe('widths', () => {
  test('count wide characters twice, marks and styles not at all', () => {
    const texts = ['abc', '✔ ok', '日本', '👩‍👩‍👧', 'e\u0301', '\u001B[31mred\u001B[39m', '⚠️', '→ … ─'];
    expect(texts.map(displayWidth)).toEqual([3, 4, 4, 2, 1, 3, 2, 5]);
  });

  test('cut text ends in an ellipsis and closes its styles', () => {
    expect(truncateToWidth('abcdef', 4)).toBe('abc…');
    expect(truncateToWidth('日本語', 4)).toBe('日…');
    expect(truncateToWidth('\u001B[31mabcdef\u001B[39m', 4)).toBe('\u001B[31mabc…\u001B[0m');
    expect(truncateToWidth('abc', 3)).toBe('abc');
  });

  test('fitted text is exactly as wide as asked', () => {
    assert(
      property(
        array(constantFrom('a', ' ', '日', '👩‍👩‍👧', 'e\u0301', '✔', '⚠️', '\u001B[31m'), { maxLength: 30 }),
        (parts) => {
          expect(displayWidth(fitToWidth(parts.join(''), 10))).toBe(10);
        },
      ),
    );
  });

  test('words wrap with their indentation, and long words stay whole', () => {
    expect(wrapWords('  one two three-four-five', 9)).toEqual(['  one two', '  three-four-five']);
  });

  test('tables align by width and cut the last column', () => {
    const rows = [
      ['日本', 'x'],
      ['a', 'long text'],
    ];
    expect(renderTable(['k', 'v'], rows, { color: false, columns: 10 })).toBe('k     v\n日本  x\na     lon…\n');
  });
});
