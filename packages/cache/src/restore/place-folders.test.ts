import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { getuid } from 'node:process';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { ArtifactStore } from '@larder/core';
import { expect, test } from 'vitest';
import { directoryMember, directoryOutput, fileMember, fileOutput, looseArtifact } from '../fixtures/hand-tar.ts';
import { taskWith, testDigest } from '../fixtures/tasks.ts';
import { openTestCache } from '../fixtures/test-cache.ts';
import { createWorkspace, type TestWorkspace } from '../fixtures/workspace.ts';
import { findOutput } from '../outputs/found-output.ts';
import { openTableStore } from '../outputs/table-store.ts';

function remove(workspace: TestWorkspace, path: string): void {
  rmSync(workspace.absolute(path), { recursive: true });
}

/** Below the folder of staging. */
function leftInStaging(workspace: TestWorkspace): readonly string[] {
  return Object.keys(workspace.tree('.larder/state/staging')).slice(1);
}

test('whoever looks at a folder that was not there sees nothing or all of it', async () => {
  using workspace = createWorkspace();
  const { store, restore } = openTestCache(workspace);
  for (let index = 0; index < 60; index += 1) workspace.write({ [`web/dist/${index % 7}/${index}.js`]: `${index}` });
  await store('a');
  const seen = new Int32Array(new SharedArrayBuffer(400));
  const worker = new Worker(fileURLToPath(new URL('../fixtures/watch-folder.ts', import.meta.url)), {
    workerData: { folder: workspace.absolute('web/dist'), seen },
  });
  const ended = once(worker, 'exit');
  while (Atomics.load(seen, 67 + 1) === 0) await setImmediate();
  for (let round = 0; round < 50; round += 1) {
    renameSync(workspace.absolute('web/dist'), workspace.absolute(`gone-${round}`));
    expect(await restore('a')).toMatchObject({ kind: 'restored' });
  }
  Atomics.store(seen, 0, 1);
  expect(await ended).toEqual([0]);
  const counts = [...seen.keys()].filter((at) => at > 0 && (seen[at] ?? 0) > 0).map((at) => at - 1);
  expect(counts.filter((count) => count !== 0)).toEqual([67]);
  expect(leftInStaging(workspace)).toEqual([]);
});

test('the outputs table says of a folder that was put in place whole what the disk says', async () => {
  using workspace = createWorkspace();
  const { store, restore } = openTestCache(workspace, { outputs: ['web/dist', 'web/coverage'] });
  workspace.write({ 'web/dist/a.js': '1', 'web/dist/sub/b.js': '2' });
  workspace.link('web/dist/link', 'a.js');
  mkdirSync(workspace.absolute('web/dist/empty'));
  chmodSync(workspace.absolute('web/dist/sub/b.js'), 0o666);
  await store('a');
  const before = workspace.tree('web');
  remove(workspace, 'web/dist');

  expect(await restore('a')).toMatchObject({ kind: 'restored' });

  expect(workspace.tree('web')).toEqual(before);
  const stateDirectoryAbsolute = workspace.absolute('.larder/state');
  const table = openTableStore({ stateDirectoryAbsolute, digest: testDigest, log: () => {} }).read(taskWith([]).id);
  expect(table?.absent).toEqual(['web/coverage']);
  expect(table?.outputs.map(({ path }) => path).sort()).toEqual(Object.keys(before).slice(1).sort());
  for (const row of [...(table?.outputs ?? []), ...(table?.listed ?? [])])
    expect(row.stat).toEqual(findOutput(workspace.root, row.path)?.stat);
  expect(await restore('a')).toMatchObject({ kind: 'up-to-date' });
});

test('a read-only folder that was not there comes back read-only, and so do those in it', async () => {
  using workspace = createWorkspace();
  const { store, restore } = openTestCache(workspace);
  workspace.write({ 'web/dist/sub/a.js': '1' });
  const [outer, inner] = [workspace.absolute('web/dist'), workspace.absolute('web/dist/sub')];
  for (const folder of [inner, outer]) chmodSync(folder, 0o555);
  await store('a');
  for (const folder of [outer, inner]) chmodSync(folder, 0o755);
  remove(workspace, 'web/dist');

  expect(await restore('a')).toMatchObject({ kind: 'restored' });
  expect(workspace.tree('web/dist')).toEqual({
    'web/dist': '555 /',
    'web/dist/sub': '555 /',
    'web/dist/sub/a.js': '644 1',
  });
  expect(await restore('a')).toMatchObject({ kind: 'up-to-date' });
  for (const folder of [outer, inner]) chmodSync(folder, 0o755);
});

test('what others have in an output folder stays there, beside a new folder that is put in place whole', async () => {
  using workspace = createWorkspace();
  const { store, restore } = openTestCache(workspace, { outputs: ['web/dist', '!web/dist/cache'] });
  workspace.write({ 'web/dist/index.js': '1', 'web/dist/assets/a.css': 'a', 'web/dist/cache/x': 'mine' });
  await store('a');
  const right = workspace.tree('web');
  const ino = statSync(workspace.absolute('web/dist/index.js')).ino;
  remove(workspace, 'web/dist/assets');
  workspace.write({ 'web/dist/stale.js': 'old' });

  expect(await restore('a')).toMatchObject({ kind: 'restored' });

  expect(workspace.tree('web')).toEqual(right);
  expect(statSync(workspace.absolute('web/dist/index.js')).ino).toBe(ino);
});

/** Gives an artifact block by block, and does something before the last. */
function remoteThat(bytes: Buffer, act: () => void): ArtifactStore {
  return {
    name: 'slow',
    head: async () => ({ sizeBytes: bytes.length }),
    read: async () => ({
      sizeBytes: bytes.length,
      body: (async function* () {
        for (let at = 0; at < bytes.length; at += 512) {
          if (at + 512 >= bytes.length) act();
          yield bytes.subarray(at, at + 512);
        }
      })(),
    }),
    write: async () => 'stored',
    close: async () => {},
  };
}

const artifact = looseArtifact({
  outputs: [
    directoryOutput('web/dist'),
    directoryOutput('web/dist/sub'),
    fileOutput('web/dist/index.js', 'new'),
    fileOutput('web/dist/sub/a.js', 'new'),
  ],
  members: [
    directoryMember('web/dist'),
    directoryMember('web/dist/sub'),
    fileMember('web/dist/index.js', 'new'),
    fileMember('web/dist/sub/a.js', 'new'),
  ],
});

test('a folder that somebody makes meanwhile keeps what is in it, and gets the outputs one by one', async () => {
  using workspace = createWorkspace();
  workspace.write({ 'web/package.json': '{}' });
  const remote = remoteThat(artifact, () =>
    workspace.write({ 'web/dist/mine.txt': 'mine', 'web/dist/index.js': 'old', 'web/dist/sub/b.js': 'mine' }),
  );
  const { restore, troubles } = openTestCache(workspace, { remote });
  expect(await restore('a')).toMatchObject({ kind: 'restored' });
  expect(workspace.tree('web/dist')).toEqual({
    'web/dist': '755 /',
    'web/dist/index.js': '644 new',
    'web/dist/mine.txt': '644 mine',
    'web/dist/sub': '755 /',
    'web/dist/sub/a.js': '644 new',
    'web/dist/sub/b.js': '644 mine',
  });
  expect(troubles).toEqual([]);
  expect(leftInStaging(workspace)).toEqual([]);
  // Nobody vouches for what was not put there: the next look finds it, and removes it.
  expect(await restore('a')).toMatchObject({ kind: 'restored' });
  expect(Object.keys(workspace.tree('web/dist'))).not.toContain('web/dist/mine.txt');
});

test('a link that somebody makes meanwhile in the place of a folder is not followed', async () => {
  using workspace = createWorkspace();
  workspace.write({ 'web/package.json': '{}', 'elsewhere/index.js': 'theirs' });
  const remote = remoteThat(artifact, () => workspace.link('web/dist', '../elsewhere'));
  const { restore, troubles } = openTestCache(workspace, { remote });
  expect(await restore('a')).toEqual({ kind: 'miss' });
  expect(workspace.tree('elsewhere')).toEqual({ elsewhere: '755 /', 'elsewhere/index.js': '644 theirs' });
  expect(troubles).toMatchObject([{ code: 'local-write-failed' }]);
  expect(leftInStaging(workspace)).toEqual([]);
});

test('a folder whose parents are not there is put in place with them', async () => {
  using workspace = createWorkspace();
  const { store, restore } = openTestCache(workspace, { outputs: ['out/packages/web'] });
  workspace.write({ 'out/packages/web/a.js': '1' });
  await store('a');
  remove(workspace, 'out');
  expect(await restore('a')).toMatchObject({ kind: 'restored' });
  expect(workspace.tree('out')['out/packages/web/a.js']).toBe('644 1');
});

test('a parent that must not be written to is trouble, and leaves nothing behind', async (context) => {
  if (getuid?.() === 0) return context.skip();
  using workspace = createWorkspace();
  const { store, restore, troubles } = openTestCache(workspace);
  workspace.write({ 'web/dist/a.js': '1' });
  await store('a');
  remove(workspace, 'web/dist');
  chmodSync(workspace.absolute('web'), 0o555);
  expect(await restore('a')).toEqual({ kind: 'miss' });
  chmodSync(workspace.absolute('web'), 0o755);
  expect(existsSync(workspace.absolute('web/dist'))).toBe(false);
  expect(troubles).toMatchObject([{ code: 'local-write-failed' }]);
  expect(leftInStaging(workspace)).toEqual([]);
  expect(await restore('a')).toMatchObject({ kind: 'restored' });
});

test('staging that was removed, or left behind by a crash, is no obstacle', async () => {
  using workspace = createWorkspace();
  const { store, restore } = openTestCache(workspace);
  workspace.write({ 'web/dist/a.js': '1', '.larder/state/staging/crashed.1/a.js': 'half' });
  await store('a');
  remove(workspace, 'web/dist');
  expect(await restore('a')).toMatchObject({ kind: 'restored' });
  remove(workspace, '.larder/state/staging');
  remove(workspace, 'web/dist');
  expect(await restore('a')).toMatchObject({ kind: 'restored' });
  writeFileSync(workspace.absolute('web/dist/a.js'), '2');
  remove(workspace, '.larder/state/staging');
  expect(await restore('a')).toMatchObject({ kind: 'restored' });
  expect(workspace.tree('web/dist')['web/dist/a.js']).toBe('644 1');
});
