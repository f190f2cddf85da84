import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hashNamed } from '../fixtures/tasks.ts';
import { neverAborted, openTestCache } from '../fixtures/test-cache.ts';
import { createWorkspace } from '../fixtures/workspace.ts';
import type { LocalStore } from '../store/local-store.ts';

test('what a task produced comes back in every detail', async () => {
  using workspace = createWorkspace();
  const { store, restore, troubles } = openTestCache(workspace);
  const longName = 'n'.repeat(200);
  workspace.write({
    'web/dist/index.js': 'code',
    'web/dist/run.sh': '#!/bin/sh\n',
    'web/dist/empty.txt': '',
    'web/dist/.hidden': 'dot',
    'web/dist/größe/日本語 🎉.txt': 'unicode',
    [`web/dist/${longName}/${longName}.js`]: 'long',
    'web/dist/read-only.txt': 'ro',
  });
  mkdirSync(workspace.absolute('web/dist/empty/nested'), { recursive: true });
  chmodSync(workspace.absolute('web/dist/run.sh'), 0o755);
  chmodSync(workspace.absolute('web/dist/read-only.txt'), 0o444);
  chmodSync(workspace.absolute('web/dist/empty'), 0o700);
  workspace.link('web/dist/current', 'index.js');
  workspace.link('web/dist/up', '../src/main.ts');
  workspace.link('web/dist/größe/dangling', `./${longName}/nowhere`);
  const before = workspace.tree('web');

  expect(await store('a')).toMatchObject({ kind: 'stored' });
  rmSync(workspace.absolute('web/dist'), { recursive: true });
  const result = await restore('a');
  expect(troubles).toEqual([]);

  expect(result).toMatchObject({ kind: 'restored', from: 'local', executionMs: 1235 });
  expect(result.kind !== 'miss' && Buffer.from(result.terminalOutput).toString()).toBe('built\n');
  expect(workspace.tree('web')).toEqual(before);
  expect(troubles).toEqual([]);
});

test('a second restore is up to date and touches nothing', async () => {
  using workspace = createWorkspace();
  const { store, restore } = openTestCache(workspace);
  workspace.write({ 'web/dist/index.js': 'code' });
  await store('a');
  const before = statSync(workspace.absolute('web/dist/index.js'));
  expect(await restore('a')).toMatchObject({ kind: 'up-to-date', from: 'local' });
  expect(await restore('a')).toMatchObject({ kind: 'up-to-date', from: 'local' });
  expect(statSync(workspace.absolute('web/dist/index.js'))).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
});

test('stale files go, right ones keep their times, and nothing outside is touched', async () => {
  using workspace = createWorkspace();
  const { store, restore } = openTestCache(workspace);
  workspace.write({ 'web/dist/same.js': 'same', 'web/dist/changed.js': 'v1', 'web/src/main.ts': 'source' });
  await store('a');
  workspace.write({ 'web/dist/changed.js': 'v2', 'web/dist/stale.js': 'old', 'web/dist/stale/deep/x.js': 'old' });
  workspace.write({ 'web/other.txt': 'mine' });
  await store('b');
  const past = new Date('2020-01-01');
  utimesSync(workspace.absolute('web/dist/same.js'), past, past);

  expect(await restore('a')).toMatchObject({ kind: 'restored' });

  expect(Object.keys(workspace.tree('web'))).toEqual([
    'web',
    'web/dist',
    'web/dist/changed.js',
    'web/dist/same.js',
    'web/other.txt',
    'web/src',
    'web/src/main.ts',
  ]);
  expect(workspace.tree('web/dist')['web/dist/changed.js']).toContain('v1');
  expect(statSync(workspace.absolute('web/dist/same.js')).mtimeMs).toBe(past.getTime());
});

test('a file that was edited, added, deleted or made executable is noticed', async () => {
  using workspace = createWorkspace();
  const { store, restore } = openTestCache(workspace);
  workspace.write({ 'web/dist/a.js': 'aaaa', 'web/dist/sub/b.js': 'bbbb' });
  await store('a');
  const right = workspace.tree('web');
  const edits = [
    () => writeFileSync(workspace.absolute('web/dist/a.js'), 'AAAA'),
    () => workspace.write({ 'web/dist/sub/new.js': '' }),
    () => rmSync(workspace.absolute('web/dist/sub/b.js')),
    () => rmSync(workspace.absolute('web/dist'), { recursive: true }),
    () => mkdirSync(workspace.absolute('web/dist/sub/empty')),
    () => chmodSync(workspace.absolute('web/dist/a.js'), 0o755),
    () => chmodSync(workspace.absolute('web/dist/sub'), 0o700),
  ];
  for (const edit of edits) {
    expect(await restore('a')).toMatchObject({ kind: 'up-to-date' });
    edit();
    expect(await restore('a')).toMatchObject({ kind: 'restored' });
    expect(workspace.tree('web')).toEqual(right);
  }
});

test('an artifact is the same whether its packing was prepared or not', async () => {
  using workspace = createWorkspace();
  const { cache, store, local } = openTestCache(workspace);
  workspace.write({ 'web/dist/index.js': 'code' });
  for (const prepare of cache.preparations ?? []) await prepare();
  expect(readdirSync(workspace.root, { recursive: true })).not.toContain('.larder');
  await store('a');
  const prepared = await readEntry(local, 'a');
  const { store: storeUnprepared } = openTestCache(workspace);
  await local?.drop(hashNamed('a'));
  await storeUnprepared('a');
  expect(await readEntry(local, 'a')).toEqual(prepared);
});

async function readEntry(local: LocalStore | null, name: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await local?.read(hashNamed(name), neverAborted))?.body ?? []) chunks.push(chunk);
  return Buffer.concat(chunks);
}
