import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeFolder } from '../testing/make-folder.ts';
import type { WatchLoss } from './folder-watcher.ts';
import { watchWithParcel } from './watch-with-parcel.ts';

const patience = { timeout: 20_000, interval: 20 };

async function watched(files: Readonly<Record<string, string>>) {
  const root = makeFolder(files);
  const touched = new Set<string>();
  const losses: WatchLoss[] = [];
  const watcher = await watchWithParcel(root, {
    onBatch: (batch) => {
      if (batch.kind === 'lost') losses.push(batch);
      else for (const path of batch.paths) touched.add(path);
    },
  });
  if (watcher.kind === 'lost') throw new Error(watcher.detail);
  onTestFinished(() => watcher.close());
  return { root, touched, losses, watcher };
}

test('what changes in a workspace is told by its path from the root, and installed packages are not', async () => {
  const { root, touched } = await watched({ 'a/one': '1', 'a/two': '2', 'node_modules/x/y': '' });
  writeFileSync(join(root, 'node_modules/x/y'), '1');
  writeFileSync(join(root, 'a/one'), '11');
  rmSync(join(root, 'a/two'));
  mkdirSync(join(root, 'b'));
  await expect.poll(() => [...touched].toSorted(), patience).toEqual(['a/one', 'a/two', 'b']);
});

test('its silence proves nothing', async () => {
  const { watcher } = await watched({});
  expect(watcher.isExact).toBe(false);
  expect(await watcher.barrier(1_000)).toBe(false);
});

test('a workspace that is deleted is a loss, also right after another watcher has closed', async () => {
  for (let round = 0; round < 8; round += 1) {
    await (await watched({})).watcher.close();
    const { root, losses } = await watched({ a: '1' });
    rmSync(root, { recursive: true });
    await expect.poll(() => losses.map(({ why }) => why), patience).toEqual(['moved']);
  }
});
