import { expect, test } from 'vitest';
import { renderLineDiff } from './line-diff.ts';

test('shows what changed, with three lines around it', () => {
  const before = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
  const after = before.with(4, 'five');
  expect(renderLineDiff('a.json', before.join('\n'), after.join('\n'))).toBe(
    '--- a.json\n+++ a.json\n@@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n',
  );
});

test('equal texts have no difference', () => {
  expect(renderLineDiff('a.json', 'x\n', 'x\n')).toBe('');
});
