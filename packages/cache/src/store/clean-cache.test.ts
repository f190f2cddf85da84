import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sourceOf } from '../fixtures/store-contract.ts';
import { hashNamed } from '../fixtures/tasks.ts';
import { neverAborted } from '../fixtures/test-cache.ts';
import { createWorkspace, type TestWorkspace } from '../fixtures/workspace.ts';
import { cleanCache, readCacheStats } from './clean-cache.ts';
import { entryFileOf } from './entry-files.ts';
import { openLocalStore } from './local-store.ts';

const hourMs = 3_600_000;
const nowEpochMs = Date.parse('2026-06-01T12:00:00Z');

/** Entries by name: how many hours ago they were used, and their size. */
async function fill(workspace: TestWorkspace, entries: Record<string, readonly [hoursAgo: number, sizeBytes: number]>) {
  const store = openLocalStore({ directoryAbsolute: workspace.root });
  for (const [name, [hoursAgo, sizeBytes]] of Object.entries(entries)) {
    await store.write(hashNamed(name), sourceOf(Buffer.alloc(sizeBytes)), neverAborted);
    const usedAt = new Date(nowEpochMs - hoursAgo * hourMs);
    utimesSync(entryFileOf(workspace.root, hashNamed(name)), usedAt, usedAt);
  }
  return (): string[] =>
    Object.keys(entries).filter((name) => existsSync(entryFileOf(workspace.root, hashNamed(name))));
}

test('statistics count entries and bytes and name the oldest and the newest', async () => {
  using workspace = createWorkspace();
  expect(readCacheStats(workspace.absolute('nowhere'))).toMatchObject({
    entries: 0,
    sizeBytes: 0,
    oldestEpochMs: null,
  });
  await fill(workspace, { a: [5, 100], b: [1, 20], c: [3, 3] });
  writeFileSync(workspace.absolute('v1/README'), 'not an entry');
  expect(readCacheStats(workspace.root)).toEqual({
    entries: 3,
    sizeBytes: 123,
    oldestEpochMs: nowEpochMs - 5 * hourMs,
    newestEpochMs: nowEpochMs - hourMs,
  });
});

test('entries that were not used for long go', async () => {
  using workspace = createWorkspace();
  const left = await fill(workspace, { a: [5, 100], b: [1, 20], c: [3, 3] });
  const result = cleanCache(workspace.root, { olderThanMs: 4 * hourMs, nowEpochMs });
  expect(left()).toEqual(['b', 'c']);
  expect(result).toMatchObject({ removed: { entries: 1, sizeBytes: 100 }, kept: { entries: 2, sizeBytes: 23 } });
});

test('the least recently used go until the rest fits', async () => {
  using workspace = createWorkspace();
  const left = await fill(workspace, { a: [5, 100], b: [1, 20], c: [3, 3] });
  cleanCache(workspace.root, { maxSizeBytes: 23, nowEpochMs });
  expect(left()).toEqual(['b', 'c']);
  cleanCache(workspace.root, { maxSizeBytes: 22, nowEpochMs });
  expect(left()).toEqual(['b']);
});

test('without limits everything goes', async () => {
  using workspace = createWorkspace();
  const left = await fill(workspace, { a: [5, 100], b: [1, 20] });
  cleanCache(workspace.root);
  expect(left()).toEqual([]);
  expect(cleanCache(workspace.absolute('nowhere'))).toMatchObject({ removed: { entries: 0 } });
});

test('what a crashed writer left behind goes, what is being written stays', async () => {
  using workspace = createWorkspace();
  await fill(workspace, { a: [0, 1] });
  for (const [name, hoursAgo] of [
    ['abandoned', 2],
    ['writing', 0],
  ] as const) {
    const file = workspace.absolute(`v1/partial/${name}`);
    writeFileSync(file, 'half');
    const at = new Date(nowEpochMs - hoursAgo * hourMs);
    utimesSync(file, at, at);
  }
  cleanCache(workspace.root, { olderThanMs: 100 * hourMs, nowEpochMs });
  expect(readdirSync(workspace.absolute('v1/partial'))).toEqual(['writing']);
});
