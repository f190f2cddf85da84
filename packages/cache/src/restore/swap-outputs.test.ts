import { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openTestCache } from '../fixtures/test-cache.ts';
import { createWorkspace } from '../fixtures/workspace.ts';

test('a folder above the outputs that is a link is never followed', async () => {
  using workspace = createWorkspace();
  using elsewhere = createWorkspace();
  const { store, restore, troubles } = openTestCache(workspace);
  workspace.write({ 'web/dist/index.js': 'code' });
  await store('a');
  rmSync(workspace.absolute('web'), { recursive: true });
  workspace.link('web', elsewhere.root);
  elsewhere.write({ 'dist/index.js': 'theirs', 'dist/other.js': 'theirs' });
  const before = elsewhere.tree();

  expect(await restore('a')).toEqual({ kind: 'miss' });

  expect(elsewhere.tree()).toEqual(before);
  expect(troubles).toMatchObject([{ code: 'output-refused' }]);
  expect(troubles[0]?.detail).toContain('"web" is a symbolic link');
});

test('an output folder that became a link is replaced, what lies behind it stays', async () => {
  using workspace = createWorkspace();
  using elsewhere = createWorkspace();
  const { store, restore } = openTestCache(workspace);
  workspace.write({ 'web/dist/index.js': 'code' });
  await store('a');
  rmSync(workspace.absolute('web/dist'), { recursive: true });
  workspace.link('web/dist', elsewhere.root);
  elsewhere.write({ 'index.js': 'theirs', 'other.js': 'theirs' });

  expect(await restore('a')).toMatchObject({ kind: 'restored' });

  expect(workspace.tree('web/dist')).toEqual({ 'web/dist': '755 /', 'web/dist/index.js': '644 code' });
  expect(elsewhere.tree()).toEqual({ 'index.js': '644 theirs', 'other.js': '644 theirs' });
});

test('a file below the outputs that became a link is replaced, not written through', async () => {
  using workspace = createWorkspace();
  const { store, restore } = openTestCache(workspace);
  workspace.write({ 'web/dist/index.js': 'code', 'web/dist/sub/x.js': 'x' });
  workspace.write({ 'web/src/main.ts': 'source', 'web/src/x.js': 'x' });
  await store('a');
  rmSync(workspace.absolute('web/dist'), { recursive: true });
  workspace.link('web/dist/index.js', '../src/main.ts');
  workspace.link('web/dist/sub', '../src');

  expect(await restore('a')).toMatchObject({ kind: 'restored' });

  expect(workspace.tree('web/src')).toMatchObject({ 'web/src/main.ts': '644 source', 'web/src/x.js': '644 x' });
  expect(workspace.tree('web/dist')['web/dist/sub/x.js']).toBe('644 x');
});

test('files, folders and links take each other’s places', async () => {
  using workspace = createWorkspace();
  const { store, restore, troubles } = openTestCache(workspace);
  workspace.write({ 'web/dist/a': 'file', 'web/dist/b/inner.js': 'x' });
  workspace.link('web/dist/c', 'a');
  await store('one');
  const one = workspace.tree('web');
  rmSync(workspace.absolute('web/dist'), { recursive: true });
  workspace.write({ 'web/dist/a/inner.js': 'y', 'web/dist/c': 'file' });
  workspace.link('web/dist/b', 'c');
  await store('two');
  const two = workspace.tree('web');

  for (let round = 0; round < 2; round += 1) {
    expect(await restore('one')).toMatchObject({ kind: 'restored' });
    expect(workspace.tree('web')).toEqual(one);
    expect(await restore('two')).toMatchObject({ kind: 'restored' });
    expect(workspace.tree('web')).toEqual(two);
  }
  expect(troubles).toEqual([]);
});

test('what a negation takes out of the outputs is neither stored nor removed', async () => {
  using workspace = createWorkspace();
  const { store, restore } = openTestCache(workspace, {
    outputs: ['web/dist', '!web/dist/cache', '!web/dist/**/*.log'],
  });
  workspace.write({ 'web/dist/index.js': 'code', 'web/dist/cache/big.bin': '1', 'web/dist/sub/run.log': '1' });
  await store('a');
  rmSync(workspace.absolute('web/dist'), { recursive: true });
  workspace.write({ 'web/dist/cache/big.bin': '2', 'web/dist/old/run.log': '2', 'web/dist/old/stale.js': '2' });

  expect(await restore('a')).toMatchObject({ kind: 'restored' });

  expect(Object.keys(workspace.tree('web/dist'))).toEqual([
    'web/dist',
    'web/dist/cache',
    'web/dist/cache/big.bin',
    'web/dist/index.js',
    'web/dist/old',
    'web/dist/old/run.log',
    'web/dist/sub',
  ]);
});

test('a folder that must become a file but holds something undeclared is kept, and the hit is a miss', async () => {
  using workspace = createWorkspace();
  const { store, restore, troubles } = openTestCache(workspace, { outputs: ['web/dist', '!web/dist/**/*.log'] });
  workspace.write({ 'web/dist/x': 'file' });
  await store('a');
  rmSync(workspace.absolute('web/dist/x'));
  workspace.write({ 'web/dist/x/run.log': 'mine' });

  expect(await restore('a')).toEqual({ kind: 'miss' });

  expect(workspace.tree('web')['web/dist/x/run.log']).toBe('644 mine');
  expect(troubles).toMatchObject([{ code: 'local-write-failed' }]);
});

test('a mode that changed is put right without touching the file', async () => {
  using workspace = createWorkspace();
  const { store, restore } = openTestCache(workspace);
  workspace.write({ 'web/dist/run.sh': '#!/bin/sh' });
  chmodSync(workspace.absolute('web/dist/run.sh'), 0o755);
  await store('a');
  const before = statSync(workspace.absolute('web/dist/run.sh'));
  chmodSync(workspace.absolute('web/dist/run.sh'), 0o600);

  expect(await restore('a')).toMatchObject({ kind: 'restored' });

  expect(statSync(workspace.absolute('web/dist/run.sh'))).toMatchObject({
    mode: before.mode,
    ino: before.ino,
    mtimeMs: before.mtimeMs,
  });
});

test('a set-user-id bit is not stored', async () => {
  using workspace = createWorkspace();
  const { store, restore } = openTestCache(workspace);
  workspace.write({ 'web/dist/tool': 'x' });
  chmodSync(workspace.absolute('web/dist/tool'), 0o4755);
  await store('a');
  rmSync(workspace.absolute('web/dist'), { recursive: true });
  await restore('a');
  expect(lstatSync(workspace.absolute('web/dist/tool')).mode & 0o7777).toBe(0o755);
});

test('read-only folders are no obstacle and come back read-only', async () => {
  using workspace = createWorkspace();
  const { store, restore } = openTestCache(workspace);
  workspace.write({ 'web/dist/sub/a.js': '1' });
  await store('a');
  workspace.write({ 'web/dist/sub/a.js': '2', 'web/dist/sub/b.js': '2' });
  chmodSync(workspace.absolute('web/dist/sub'), 0o555);
  await store('b');

  await restore('a');
  expect(workspace.tree('web/dist')).toMatchObject({ 'web/dist/sub': '755 /', 'web/dist/sub/a.js': '644 1' });
  await restore('b');
  expect(workspace.tree('web/dist')).toMatchObject({ 'web/dist/sub': '555 /', 'web/dist/sub/b.js': '644 2' });
  chmodSync(workspace.absolute('web/dist/sub'), 0o755);
});

test('after a crash in the middle of a swap the next restore puts everything right', async () => {
  using workspace = createWorkspace();
  const { store, restore } = openTestCache(workspace);
  workspace.write({ 'web/dist/a.js': '1', 'web/dist/b.js': '1' });
  await store('a');
  const right = workspace.tree('web');
  workspace.write({ 'web/dist/a.js': '2', 'web/dist/b.js': '2' });
  await store('b');
  // As a crash leaves it: no table, one file swapped, staging and a partial entry left over.
  rmSync(workspace.absolute('.larder/state/outputs'), { recursive: true });
  writeFileSync(workspace.absolute('web/dist/a.js'), '1');
  workspace.write({ '.larder/state/staging/crashed/0': 'half', '.larder/cache/v1/partial/crashed': 'half' });

  expect(await restore('a')).toMatchObject({ kind: 'restored' });
  expect(workspace.tree('web')).toEqual(right);
});

test('a table that claims the wrong outputs does not outlive a failed swap', async () => {
  using workspace = createWorkspace();
  const { store, restore } = openTestCache(workspace, { outputs: ['web/dist', '!web/dist/**/*.log'] });
  workspace.write({ 'web/dist/x': 'file', 'web/dist/y': '1' });
  await store('a');
  rmSync(workspace.absolute('web/dist/x'));
  mkdirSync(workspace.absolute('web/dist/x'));
  workspace.write({ 'web/dist/x/run.log': 'mine', 'web/dist/y': '2' });
  await store('b');
  await restore('a');
  expect(readdirSync(workspace.absolute('.larder/state/outputs'))).toEqual([]);
});
