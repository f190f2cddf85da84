import { expect, test } from 'vitest';
import { countJsonValues } from './count-json-values.ts';

test.each([
  ['1', 1],
  ['[]', 2],
  ['[1,2,3]', 4],
  ['{"a":1,"b":[{}]}', 5],
  ['"[,{"', 1],
  ['["\\"[,{","\\\\",1]', 4],
])('%s has no more than %d values', (text, count) => {
  expect(countJsonValues(Buffer.from(text), 1000)).toBe(count);
});

test('nothing is counted beyond what is asked for', () => {
  expect(countJsonValues(Buffer.alloc(1_000_000, '['), 100)).toBe(101);
});
