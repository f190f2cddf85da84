import { chmodSync, linkSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeFolder } from '../testing/make-folder.ts';
import type { FolderWatcher, WatchLoss } from './folder-watcher.ts';
import { watchFolder } from './watch-folder.ts';

const isLinux = process.platform === 'linux';
const deadlineMs = 5_000;

interface Watched {
  readonly root: string;
  readonly watcher: FolderWatcher;
  readonly losses: WatchLoss[];
  /** What was reported since the last call, sorted. */
  readonly touched: () => Promise<readonly string[]>;
}

async function watched(files: Readonly<Record<string, string>>): Promise<Watched> {
  const root = makeFolder(files);
  const losses: WatchLoss[] = [];
  let paths = new Set<string>();
  const watcher = await watchFolder(root, {
    onBatch: (batch) => {
      if (batch.kind === 'lost') losses.push(batch);
      else for (const path of batch.paths) paths.add(path);
    },
  });
  if (watcher.kind === 'lost') throw new Error(watcher.detail);
  onTestFinished(() => watcher.close());
  const touched = async (): Promise<readonly string[]> => {
    expect(await watcher.barrier(deadlineMs)).toBe(true);
    const found = [...paths].toSorted();
    paths = new Set();
    return found;
  };
  return { root, watcher, losses, touched };
}

test.runIf(isLinux)(
  'what was created, written, made executable or deleted is reported once the barrier holds',
  async () => {
    const { root, touched } = await watched({ 'a/one': '1', 'a/two': '2', 'b/three': '3', 'b/four': '4' });
    writeFileSync(join(root, 'a/one'), '11');
    chmodSync(join(root, 'a/two'), 0o755);
    rmSync(join(root, 'b/three'));
    writeFileSync(join(root, 'b/five'), '');
    symlinkSync('five', join(root, 'b/link'));
    expect(await touched()).toEqual(['a/one', 'a/two', 'b/five', 'b/link', 'b/three']);
    expect(await touched()).toEqual([]);
  },
);

test.runIf(isLinux)('a touch without a change of content is reported', async () => {
  const { root, touched } = await watched({ a: '1' });
  utimesSync(join(root, 'a'), 1, 1);
  expect(await touched()).toEqual(['a']);
});

test.runIf(isLinux)('a file with several names that is written under one of them may be any path', async () => {
  const { root, touched } = await watched({ 'a/one': '1' });
  mkdirSync(join(root, 'b'));
  linkSync(join(root, 'a/one'), join(root, 'b/two'));
  expect(await touched()).toEqual(['b', 'b/two']);
  writeFileSync(join(root, 'b/two'), '2');
  expect(await touched()).toEqual(['', 'b/two']);
});

test.runIf(isLinux)('folders that appear are watched with all that is in them already', async () => {
  const { root, touched } = await watched({});
  mkdirSync(join(root, 'a/b/c'), { recursive: true });
  writeFileSync(join(root, 'a/b/c/file'), '1');
  expect(await touched()).toEqual(['a', 'a/b', 'a/b/c', 'a/b/c/file']);
  writeFileSync(join(root, 'a/b/c/file'), '2');
  expect(await touched()).toEqual(['a/b/c/file']);
});

test.runIf(isLinux)('a folder that was renamed is told by both names, and then by the new one', async () => {
  const { root, touched } = await watched({ 'old/deep/file': '1' });
  renameSync(join(root, 'old'), join(root, 'new'));
  expect(await touched()).toEqual(expect.arrayContaining(['new', 'new/deep', 'new/deep/file', 'old']));
  writeFileSync(join(root, 'new/deep/file'), '2');
  expect(await touched()).toEqual(['new/deep/file']);
  renameSync(join(root, 'new'), join(root, 'old'));
  writeFileSync(join(root, 'old/deep/file'), '3');
  expect(await touched()).toEqual(expect.arrayContaining(['old/deep/file']));
});

test.runIf(isLinux)('a folder that was deleted and made anew is watched, also with the inode that it had', async () => {
  const { root, touched } = await watched({ 'pkg/pkg/file': '1' });
  for (let round = 0; round < 20; round += 1) {
    rmSync(join(root, 'pkg'), { recursive: true });
    mkdirSync(join(root, 'pkg/pkg'), { recursive: true });
    if (round % 2 === 0) await touched();
    writeFileSync(join(root, 'pkg/pkg/file'), String(round));
    expect(await touched()).toContain('pkg/pkg/file');
  }
});

test.runIf(isLinux)('a folder that left the workspace is not told of any more', async () => {
  const { root, touched } = await watched({ 'a/deep/file': '1' });
  const outside = makeFolder({});
  renameSync(join(root, 'a'), join(outside, 'a'));
  expect(await touched()).toEqual(['a']);
  writeFileSync(join(outside, 'a/deep/file'), '2');
  expect(await touched()).toEqual([]);
});

test.runIf(isLinux)('a folder from elsewhere is watched to its depth', async () => {
  const { root, touched } = await watched({});
  const outside = makeFolder({ 'a/deep/file': '1' });
  renameSync(join(outside, 'a'), join(root, 'a'));
  expect(await touched()).toEqual(['a', 'a/deep', 'a/deep/file']);
  writeFileSync(join(root, 'a/deep/more'), '2');
  expect(await touched()).toEqual(['a/deep/more']);
});

test.runIf(isLinux)('installed packages, git and our own state are not reported', async () => {
  const { root, touched } = await watched({ 'node_modules/a/x': '1', '.git/HEAD': '1', 'p/node_modules/b/x': '1' });
  for (const file of ['node_modules/a/x', '.git/HEAD', 'p/node_modules/b/x', 'p/node_modules/new', '.larder/state/x']) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), '2');
  }
  expect(await touched()).toEqual([]);
});

test.runIf(isLinux)('a barrier holds after somebody removed the folder of the cookies', async () => {
  const { root, touched } = await watched({ a: '1' });
  expect(await touched()).toEqual([]);
  rmSync(join(root, '.larder'), { recursive: true });
  writeFileSync(join(root, 'a'), '2');
  expect(await touched()).toEqual(['a']);
});

test.runIf(isLinux)('no barrier holds for a workspace that was moved', async () => {
  const { root, watcher, losses } = await watched({ a: '1' });
  renameSync(root, `${root}-moved`);
  onTestFinished(() => rmSync(`${root}-moved`, { recursive: true }));
  expect(await watcher.barrier(deadlineMs)).toBe(false);
  expect(losses.map(({ why }) => why)).toEqual(['moved']);
});

test.runIf(isLinux)('more events than the system queues are a loss, not silence', async () => {
  const { root, watcher, losses } = await watched({ a: '', b: '' });
  // In one turn of the loop: nothing is read meanwhile. Two files, because the system merges equal events in a row.
  for (let count = 0; count < 10_000; count += 1) {
    utimesSync(join(root, 'a'), 1, 1);
    utimesSync(join(root, 'b'), 1, 1);
  }
  expect(await watcher.barrier(deadlineMs)).toBe(false);
  expect(losses.map(({ why }) => why)).toEqual(['overflow']);
});

test('a folder that does not exist gives a loss', async () => {
  const watcher = await watchFolder('/does/not/exist', { onBatch: () => {} });
  expect(watcher).toMatchObject({ kind: 'lost', why: 'failed' });
});
