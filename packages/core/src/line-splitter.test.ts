import { expect, test } from 'vitest';
import { LineSplitter } from './line-splitter.ts';

test('lines are the same however the text arrives', () => {
  const text = 'one\r\ntwo\n\nten%\rfull%\nrest';
  const splitter = new LineSplitter();
  const lines = [...text].flatMap((character) => splitter.push(character));
  expect([...lines, splitter.flush()]).toEqual(['one', 'two', '', 'full%', 'rest']);
  expect(new LineSplitter().push(text)).toEqual(['one', 'two', '', 'full%']);
});

test('lines are cut where they never end', () => {
  const splitter = new LineSplitter();
  const lines = Array.from({ length: 200 }, () => splitter.push('x'.repeat(1000))).flat();
  expect(lines.length).toBe(3);
  expect((splitter.pending?.length ?? 0) + lines.join('').length).toBe(200_000);
});
