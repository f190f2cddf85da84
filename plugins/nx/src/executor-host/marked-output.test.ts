import { expect, test } from 'vitest';
import { MarkedOutput } from './marked-output.ts';

const mark = '\u001Eend-of-task\n';

function passedOf(chunks: readonly string[], flush = false): readonly [string, boolean] {
  let passed = '';
  const output = new MarkedOutput(mark, (chunk) => (passed += Buffer.from(chunk).toString()));
  for (const chunk of chunks) output.push(Buffer.from(chunk));
  if (flush) output.flush();
  return [passed, output.isOver];
}

test('passes on what stands before the mark, however it is cut', () => {
  const text = `a line\n${mark}left over`;
  for (let cut = 0; cut <= text.length; cut += 1) {
    expect(passedOf([text.slice(0, cut), text.slice(cut)])).toEqual(['a line\n', true]);
  }
  expect(passedOf([...text])).toEqual(['a line\n', true]);
});

test('what only begins like the mark is passed on as soon as that shows', () => {
  expect(passedOf(['x\u001Eend', 'ed'])).toEqual(['x\u001Eended', false]);
  expect(passedOf(['x\u001Eend'])).toEqual(['x', false]);
  expect(passedOf(['x\u001Eend'], true)).toEqual(['x\u001Eend', false]);
});
