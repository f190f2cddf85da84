import { expect, test } from 'vitest';
import { createPaint } from './paint.ts';
import { renderDiff } from './render-diff.ts';

const paint = createPaint(false);
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}`);
const diff = (before: readonly string[] | null, after: readonly string[]) =>
  renderDiff(
    'a.json',
    { before: before === null ? null : `${before.join('\n')}\n`, after: `${after.join('\n')}\n` },
    paint,
  );

test('equal texts have no difference', () => {
  expect(diff(numbered(3), numbered(3))).toBe('');
});

test('a changed line is shown with two lines around it', () => {
  const before = numbered(9);
  expect(diff(before, before.with(4, 'other'))).toBe(
    [
      '--- a.json',
      '+++ a.json',
      '@@ -3,5 +3,5 @@',
      ' line 3',
      ' line 4',
      '-line 5',
      '+other',
      ' line 6',
      ' line 7',
      '',
    ].join('\n'),
  );
});

test('changes far apart are shown apart, with the lines where they stand in each', () => {
  const before = numbered(20);
  const shown = diff(before, ['first', ...before.with(18, 'other')]);
  expect(shown.match(/^@@.*$/gm)).toEqual(['@@ -1,2 +1,3 @@', '@@ -17,4 +18,4 @@']);
});

test('a new file is all added', () => {
  expect(diff(null, ['{}'])).toBe('--- /dev/null\n+++ a.json\n@@ -0,0 +1,1 @@\n+{}\n');
});

test('line ends alone are no difference between lines', () => {
  expect(renderDiff('a', { before: 'x\r\ny\r\n', after: 'x\r\nz\r\ny\r\n' }, paint)).toContain('\n x\n+z\n y\n');
});
