import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openTestCache } from '../fixtures/test-cache.ts';
import { createWorkspace } from '../fixtures/workspace.ts';
import { openLocalStore } from './local-store.ts';

/** A file system of 4 MiB; null where this user may not mount one. */
function mountSmallDisk(folder: string): Disposable | null {
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return null;
  }
  return { [Symbol.dispose]: () => void execFileSync('umount', ['-l', folder]) };
}

test('a full disk is told, stores nothing, leaves nothing behind and heals when there is room', async (context) => {
  using workspace = createWorkspace();
  const disk = mountSmallDisk(workspace.absolute('disk'));
  if (disk === null) return context.skip();
  using _ = disk;
  const local = openLocalStore({ directoryAbsolute: workspace.absolute('disk/cache') });
  const { store, restore, troubles } = openTestCache(workspace, { local });
  workspace.write({ 'web/dist/.keep': '' });
  writeFileSync(workspace.absolute('web/dist/large.bin'), randomBytes(6 * 1024 * 1024));
  expect(await store('a')).toEqual({ kind: 'refused', code: 'local-disk-full' });
  expect(troubles.map(({ code }) => code)).toEqual(['local-disk-full']);
  expect(Object.keys(workspace.tree('disk/cache/v1/partial'))).toEqual(['disk/cache/v1/partial']);
  expect(await restore('a')).toEqual({ kind: 'miss' });

  rmSync(workspace.absolute('web/dist/large.bin'));
  writeFileSync(join(workspace.root, 'web/dist/small.bin'), randomBytes(1024 * 1024));
  expect(await store('a')).toMatchObject({ kind: 'stored' });
  rmSync(workspace.absolute('web/dist/small.bin'));
  expect(await restore('a')).toMatchObject({ kind: 'restored' });
});

test('outputs that do not fit on the disk leave the old ones as they were', async (context) => {
  using workspace = createWorkspace();
  using store = createWorkspace();
  const disk = mountSmallDisk(workspace.root);
  if (disk === null) return context.skip();
  using _ = disk;
  const local = openLocalStore({ directoryAbsolute: store.absolute('cache') });
  const { store: keep, restore, troubles } = openTestCache(workspace, { local });
  workspace.write({ 'web/dist/index.js': 'new' });
  writeFileSync(workspace.absolute('web/dist/data.bin'), randomBytes(2 * 1024 * 1024));
  await keep('a');
  workspace.write({ 'web/dist/index.js': 'old' });
  writeFileSync(workspace.absolute('web/dist/data.bin'), randomBytes(2 * 1024 * 1024));
  writeFileSync(workspace.absolute('filler.bin'), randomBytes(1024 * 1024));
  const before = workspace.tree('web');
  expect(await restore('a')).toEqual({ kind: 'miss' });
  expect(workspace.tree('web')).toEqual(before);
  expect(troubles.map(({ code }) => code)).toEqual(['local-disk-full']);
  rmSync(workspace.absolute('filler.bin'));
  rmSync(workspace.absolute('web/dist/data.bin'));
  expect(await restore('a')).toMatchObject({ kind: 'restored' });
});

test('a folder that does not fit on the disk does not appear, and what was made of it goes', async (context) => {
  using workspace = createWorkspace();
  using store = createWorkspace();
  const disk = mountSmallDisk(workspace.root);
  if (disk === null) return context.skip();
  using _ = disk;
  const local = openLocalStore({ directoryAbsolute: store.absolute('cache') });
  const { store: keep, restore, troubles } = openTestCache(workspace, { local });
  for (let index = 0; index < 20; index += 1) {
    workspace.write({ [`web/dist/${index}/.keep`]: '' });
    writeFileSync(workspace.absolute(`web/dist/${index}/data.bin`), randomBytes(100 * 1024));
  }
  await keep('a');
  const right = workspace.tree('web');
  rmSync(workspace.absolute('web/dist'), { recursive: true });
  writeFileSync(workspace.absolute('filler.bin'), randomBytes(3 * 1024 * 1024));
  expect(await restore('a')).toEqual({ kind: 'miss' });
  expect(workspace.tree('web')).toEqual({ web: '755 /' });
  expect(Object.keys(workspace.tree('.larder/state/staging')).slice(1)).toEqual([]);
  expect(troubles.map(({ code }) => code)).toEqual(['local-disk-full']);
  rmSync(workspace.absolute('filler.bin'));
  expect(await restore('a')).toMatchObject({ kind: 'restored' });
  expect(workspace.tree('web')).toEqual(right);
});
