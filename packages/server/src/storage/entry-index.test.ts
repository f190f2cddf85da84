import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EntryIndex, indexFile } from './entry-index.ts';

const block = 4096;
let directory = '';
let clock = { now: 1_000_000 };
const open: EntryIndex[] = [];
const lost: unknown[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'larder-index-'));
  clock = { now: 1_000_000 };
  lost.length = 0;
});

afterEach(async () => {
  for (const index of open.splice(0)) index.close();
  await rm(directory, { recursive: true });
});

function indexOf(rootBlocks: number, ...paths: string[]): EntryIndex {
  const index = new EntryIndex({
    directory,
    maxBytes: { root: rootBlocks * block, derived: 2 * block },
    staleAfterMs: 1000,
    epochMs: () => clock.now,
    onLost: (error) => lost.push(error),
  });
  open.push(index);
  add(index, 'root', ...paths);
  return index;
}

function add(index: EntryIndex, scopeClass: 'root' | 'derived', ...paths: string[]): void {
  for (const path of paths) index.add([{ path, scopeClass, sizeBytes: 1, usedAtEpochMs: clock.now }]);
}

test('what was used least recently goes first, and no more than is needed', () => {
  const index = indexOf(3, 'a', 'b', 'c');
  index.use('a', clock.now);
  expect(index.reserve('root', 2 * block)).toBe(true);
  expect(index.takeExcess('root', 0)).toEqual(['b', 'c']);
  expect(index.takeExcess('root', 0)).toEqual([]);
  expect(index.totals('root')).toEqual({ entries: 1, sizeBytes: block });
});

test('pull requests push out pull requests only', () => {
  const index = indexOf(3, 'a', 'b', 'c');
  add(index, 'derived', 'd', 'e');
  expect(index.reserve('derived', 2 * block)).toBe(true);
  expect(index.takeExcess('derived', 0)).toEqual(['d', 'e']);
  expect(index.takeExcess('root', 0)).toEqual([]);
  expect(index.reserve('derived', block)).toBe(false);
});

test('reservations of another process count, until it has been silent for too long', () => {
  const [one, other] = [indexOf(3), indexOf(3)];
  expect(one.reserve('root', 2 * block)).toBe(true);
  expect(other.reserve('root', 2 * block)).toBe(false);
  clock.now += 900;
  one.renewReservations();
  clock.now += 900;
  expect(other.reserve('root', 2 * block)).toBe(false);
  clock.now += 1001;
  expect(other.reserve('root', 2 * block)).toBe(true);
});

test('one process sees what another one stored, and an entry is taken out by one alone', () => {
  const [one, other] = [indexOf(1, 'a'), indexOf(1, 'b')];
  expect(one.totals('root').entries).toBe(2);
  expect([...one.takeExcess('root', 0), ...other.takeExcess('root', 0)]).toEqual(['a']);
});

test('a path that is added twice counts once', () => {
  const index = indexOf(3, 'a', 'a');
  expect(index.totals('root')).toEqual({ entries: 1, sizeBytes: block });
});

test('old entries are found by their last use', () => {
  const index = indexOf(3, 'a', 'b');
  clock.now += 60_000;
  index.use('b', clock.now);
  expect(index.takeUnusedSince('root', clock.now - 1000)).toEqual(['a']);
});

test('survives the process that wrote it', () => {
  indexOf(3, 'a').close();
  open.length = 0;
  expect(indexOf(3).totals('root').entries).toBe(1);
});

test.each(['', 'not a database'.repeat(1000)])('a file that is no database is replaced', async (bytes) => {
  await writeFile(join(directory, indexFile), bytes);
  expect(indexOf(3, 'a').totals('root').entries).toBe(1);
  expect(lost).toEqual([]);
});

test('an index that cannot be written any more goes on in memory with what it knew', async () => {
  const index = indexOf(3, 'a');
  const other = indexOf(3);
  // A table that is gone stands for a database that fails.
  const vandal = new DatabaseSync(join(directory, indexFile));
  vandal.exec('DROP TABLE reserved');
  vandal.close();
  expect(index.reserve('root', block)).toBe(true);
  expect(index.totals('root').entries).toBe(1);
  expect(lost).toHaveLength(1);
  expect(other.reserve('root', block)).toBe(true);
});
