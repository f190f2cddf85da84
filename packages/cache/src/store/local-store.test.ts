import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { StoreError } from '@larder/core';
import { describe, expect, test } from 'vitest';
import { sourceOf, testStoreContract } from '../fixtures/store-contract.ts';
import { hashNamed } from '../fixtures/tasks.ts';
import { neverAborted } from '../fixtures/test-cache.ts';
import { createWorkspace } from '../fixtures/workspace.ts';
import { entryFileOf } from './entry-files.ts';
import { openLocalStore } from './local-store.ts';
import { appendBytes, type AppendBytes } from './partial-entry.ts';

describe('as every store', () => {
  testStoreContract(async () => {
    const workspace = createWorkspace();
    return {
      store: openLocalStore({ directoryAbsolute: workspace.absolute('cache') }),
      [Symbol.asyncDispose]: async () => workspace[Symbol.dispose](),
    };
  });
});

const hash = hashNamed('a');

test('two stores on one folder share their entries', async () => {
  using workspace = createWorkspace();
  const [one, two] = [1, 2].map(() => openLocalStore({ directoryAbsolute: workspace.root }));
  await one?.write(hash, sourceOf(Buffer.from('x')), neverAborted);
  expect(two?.find(hash)).toEqual({ sizeBytes: 1 });
});

/** A disk that has room for so many bytes. */
function diskWithRoom(sizeBytes: number): AppendBytes {
  let room = sizeBytes;
  return async (file, bytes) => {
    room -= bytes.byteLength;
    if (room >= 0) return await appendBytes(file, bytes);
    await appendBytes(file, bytes.subarray(0, 10));
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' });
  };
}

test('a full disk rejects with its code and leaves nothing behind', async () => {
  using workspace = createWorkspace();
  const store = openLocalStore({ directoryAbsolute: workspace.root, append: diskWithRoom(1000) });
  const writing = store.write(hash, sourceOf(Buffer.alloc(5000), 500), neverAborted);
  await expect(writing).rejects.toMatchObject({ name: 'StoreError', code: 'local-disk-full' });
  expect(readdirSync(workspace.absolute('v1/partial'))).toEqual([]);
  expect(store.find(hash)).toBeNull();
  await store.write(hash, sourceOf(Buffer.alloc(0)), neverAborted);
  expect(store.find(hash)).toEqual({ sizeBytes: 0 });
});

test('a folder that cannot be made or written to rejects with a StoreError', async () => {
  using workspace = createWorkspace();
  writeFileSync(workspace.absolute('file'), '');
  const store = openLocalStore({ directoryAbsolute: workspace.absolute('file') });
  await expect(store.write(hash, sourceOf(Buffer.from('x')), neverAborted)).rejects.toThrow(StoreError);
});

test('an entry that is a folder, or cannot be read, is trouble and no crash', async () => {
  using workspace = createWorkspace();
  const store = openLocalStore({ directoryAbsolute: workspace.root });
  mkdirSync(entryFileOf(workspace.root, hash), { recursive: true });
  await expect(store.read(hash, neverAborted)).rejects.toMatchObject({ code: 'local-read-failed' });
});

test('an unpublished entry is seen by nobody and disposed of', async () => {
  using workspace = createWorkspace();
  const store = openLocalStore({ directoryAbsolute: workspace.root });
  {
    await using entry = await store.startEntry();
    await entry.write(Buffer.from('half'));
    expect(store.find(hash)).toBeNull();
  }
  expect(readdirSync(workspace.absolute('v1/partial'))).toEqual([]);
});

test('a published entry keeps no second name, and others may read it', async () => {
  using workspace = createWorkspace();
  const store = openLocalStore({ directoryAbsolute: workspace.root });
  await store.write(hash, sourceOf(Buffer.from('x')), neverAborted);
  const stats = statSync(entryFileOf(workspace.root, hash));
  expect(stats.nlink).toBe(1);
  expect(readdirSync(workspace.absolute('v1/partial'))).toEqual([]);
});

test('finding an entry marks it as used once a day', async () => {
  using workspace = createWorkspace();
  const store = openLocalStore({ directoryAbsolute: workspace.root });
  await store.write(hash, sourceOf(Buffer.from('x')), neverAborted);
  const file = entryFileOf(workspace.root, hash);
  const hoursAgo = (hours: number): Date => new Date(Date.now() - hours * 3_600_000);
  utimesSync(file, hoursAgo(2), hoursAgo(2));
  store.find(hash);
  expect(statSync(file).mtimeMs).toBeLessThan(hoursAgo(1).getTime());
  utimesSync(file, hoursAgo(30), hoursAgo(30));
  store.find(hash);
  expect(statSync(file).mtimeMs).toBeGreaterThan(hoursAgo(1).getTime());
});

test('a dropped entry is a miss, dropping it again is no trouble', async () => {
  using workspace = createWorkspace();
  const store = openLocalStore({ directoryAbsolute: workspace.root });
  await store.write(hash, sourceOf(Buffer.from('x')), neverAborted);
  await store.drop(hash);
  await store.drop(hash);
  expect(store.find(hash)).toBeNull();
});
