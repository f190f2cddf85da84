import { expect, test } from 'vitest';
import { Space } from './space.ts';

const block = 4096;

function spaceOf(blocks: number, ...paths: string[]): Space {
  const space = new Space(blocks * block);
  for (const path of paths) space.add(path, block, 0);
  return space;
}

test('what was used least recently goes first, and no more than is needed', () => {
  const space = spaceOf(3, 'a', 'b', 'c');
  space.use('a', 1, 1000);
  expect(space.reserve(2 * block)).toEqual(['b', 'c']);
  expect(space.storedBytes).toBe(block);
});

test('files count in whole blocks', () => {
  const space = new Space(10 * block);
  space.add('a', 1, 0);
  expect(space.storedBytes).toBe(block);
});

test('reservations of others cannot be evicted', () => {
  const space = spaceOf(3, 'a');
  expect(space.reserve(2 * block)).toEqual([]);
  expect(space.reserve(2 * block)).toBeNull();
  expect(space.has('a')).toBe(true);
  space.release(2 * block);
  expect(space.reserve(3 * block)).toEqual(['a']);
});

test('a path that is added twice counts once', () => {
  const space = spaceOf(3, 'a', 'a');
  expect(space.storedBytes).toBe(block);
  space.remove('a');
  expect(space.storedBytes).toBe(0);
});

test('a use is to be written down only once in a while', () => {
  const space = spaceOf(3, 'a');
  expect(space.use('a', 999, 1000)).toBe(false);
  expect(space.use('a', 1000, 1000)).toBe(true);
  expect(space.use('a', 1001, 1000)).toBe(false);
});

test('what an earlier process left goes before what this one used, oldest first', () => {
  const space = spaceOf(4, 'new');
  space.adopt([
    { path: 'young', sizeBytes: 1, usedAtEpochMs: 20 },
    { path: 'old', sizeBytes: 1, usedAtEpochMs: 10 },
    { path: 'new', sizeBytes: 1, usedAtEpochMs: 5 },
  ]);
  expect(space.entries).toBe(3);
  expect(space.reserve(3 * block)).toEqual(['old', 'young']);
});
