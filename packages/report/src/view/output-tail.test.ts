import { assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { OutputTail } from './output-tail.ts';

test('lines keep their numbers while earlier ones are dropped', () => {
  const tail = new OutputTail({ lines: 10, characters: 10_000 });
  for (let index = 0; index < 95; index += 1) tail.append('stdout', `line ${index}\n`);
  expect(tail.droppedLines).toBe(85);
  expect(tail.slice(88, 90)).toEqual(['line 88', 'line 89']);
  expect(tail.slice(0, 87)).toEqual(['line 85', 'line 86']);
  expect(tail.slice(94, 1000)).toEqual(['line 94']);
});

test('what is unfinished has a number, too', () => {
  const tail = new OutputTail();
  tail.append('stdout', 'one\ntwo');
  tail.append('stderr', 'three');
  expect(tail.endLine).toBe(3);
  expect(tail.slice(1, 3)).toEqual(['two', 'three']);
  expect(tail.slice(2, 3)).toEqual(['three']);
  expect(tail.last(2)).toEqual(['two', 'three']);
});

test('any part of it is that part of all lines', () => {
  const from = integer({ min: -5, max: 70 });
  assert(
    property(integer({ min: 0, max: 60 }), from, from, (count, first, end) => {
      const tail = new OutputTail({ lines: 12, characters: 1_000_000 });
      for (let index = 0; index < count; index += 1) tail.append('stdout', `${index}\n`);
      tail.append('stderr', 'rest');
      const all = [...Array.from({ length: count }, (_, index) => `${index}`), 'rest'];
      const expected = all.filter((_, index) => index >= Math.max(first, tail.droppedLines) && index < end);
      expect(tail.slice(first, end)).toEqual(expected);
      expect(tail.endLine).toBe(all.length);
    }),
  );
});

test('a limit keeps the end', () => {
  const tail = new OutputTail({ lines: 1000, characters: 100_000 });
  for (let index = 0; index < 500; index += 1) tail.append('stdout', `line ${index}\n`);
  tail.limit(200);
  expect(tail.characters).toBeLessThanOrEqual(100);
  expect(tail.last(1)).toEqual(['line 499']);
  expect(tail.endLine).toBe(500);
});
