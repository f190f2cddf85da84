import { utimesSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sourceOf } from '../fixtures/store-contract.ts';
import { hashNamed } from '../fixtures/tasks.ts';
import { neverAborted } from '../fixtures/test-cache.ts';
import { createWorkspace, type TestWorkspace } from '../fixtures/workspace.ts';
import { readCacheStats } from './clean-cache.ts';
import { entryFileOf } from './entry-files.ts';
import { openLocalStore } from './local-store.ts';
import type { StoreLimits } from './store-growth.ts';
import { readSweepRecord } from './sweep-record.ts';

const mebibyte = 1024 * 1024;
const limits: StoreLimits = { maxSizeBytes: 10 * mebibyte, maxAgeMs: 30 * 86_400_000 };
const dayMs = 86_400_000;

/** One run that stores an entry of a mebibyte for each name. */
async function storeInRun(workspace: TestWorkspace, names: readonly string[], own = limits): Promise<void> {
  const store = openLocalStore({ directoryAbsolute: workspace.root, limits: own });
  for (const name of names) await store.write(hashNamed(name), sourceOf(Buffer.alloc(mebibyte, name)), neverAborted);
  await store.close();
}

function age(workspace: TestWorkspace, name: string, days: number): void {
  const usedAt = new Date(Date.now() - days * dayMs);
  utimesSync(entryFileOf(workspace.root, hashNamed(name)), usedAt, usedAt);
}

const namesFrom = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `n${from + index}`);

test('a store stays within its size over many runs, and the least recently used go first', async () => {
  using workspace = createWorkspace();
  for (let run = 0; run < 10; run += 1) {
    const names = namesFrom(run * 3, run * 3 + 3);
    await storeInRun(workspace, names);
    for (const name of names) age(workspace, name, (10 - run) / 10);
    expect(readCacheStats(workspace.root).sizeBytes).toBeLessThanOrEqual(limits.maxSizeBytes + 3 * mebibyte);
  }
  const store = openLocalStore({ directoryAbsolute: workspace.root });
  expect(store.find(hashNamed('n0'))).toBeNull();
  expect(store.find(hashNamed('n29'))).not.toBeNull();
});

test('between sweeps the entries are not looked through', async () => {
  using workspace = createWorkspace();
  await storeInRun(workspace, ['a']);
  const swept = readSweepRecord(workspace.root)?.sweptAtEpochMs;
  expect(swept).toBeDefined();
  await storeInRun(workspace, ['b', 'c']);
  expect(readSweepRecord(workspace.root)).toEqual({ sweptAtEpochMs: swept, sizeBytes: 3 * mebibyte });
});

test('once a day what was not used for too long goes', async () => {
  using workspace = createWorkspace();
  await storeInRun(workspace, ['old', 'new']);
  age(workspace, 'old', 31);
  const yesterday = new Date(Date.now() - 2 * dayMs);
  utimesSync(workspace.absolute('v1/swept'), yesterday, yesterday);
  await storeInRun(workspace, ['newer']);
  const store = openLocalStore({ directoryAbsolute: workspace.root });
  expect(store.find(hashNamed('old'))).toBeNull();
  expect(store.find(hashNamed('new'))).not.toBeNull();
});

test('a record that is damaged or gone costs one sweep', async () => {
  using workspace = createWorkspace();
  for (const content of ['', 'x', '-1', '1e999']) {
    await storeInRun(workspace, ['a']);
    writeFileSync(workspace.absolute('v1/swept'), content);
    await storeInRun(workspace, [`b${content}`]);
    expect(readSweepRecord(workspace.root)).not.toBeNull();
  }
});

test('a store without limits, and a run that stores nothing, leave no record', async () => {
  using workspace = createWorkspace();
  const store = openLocalStore({ directoryAbsolute: workspace.root });
  await store.write(hashNamed('a'), sourceOf(Buffer.from('x')), neverAborted);
  await store.close();
  await openLocalStore({ directoryAbsolute: workspace.root, limits }).close();
  expect(readSweepRecord(workspace.root)).toBeNull();
});
