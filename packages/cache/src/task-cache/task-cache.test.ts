import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { StoreError, type ArtifactStore, type TaskHash } from '@larder/core';
import { describe, expect, test } from 'vitest';
import { sourceOf } from '../fixtures/store-contract.ts';
import { hashNamed } from '../fixtures/tasks.ts';
import { neverAborted, openTestCache } from '../fixtures/test-cache.ts';
import { createWorkspace, type TestWorkspace } from '../fixtures/workspace.ts';
import { entryFileOf } from '../store/entry-files.ts';
import { openLocalStore, type LocalStore } from '../store/local-store.ts';
import type { AppendBytes } from '../store/partial-entry.ts';

/** A remote in memory that counts what is asked of it and can be told to fail. */
interface MemoryRemote extends ArtifactStore {
  readonly entries: Map<TaskHash, Buffer>;
  readonly calls: string[];
  trouble: Error | null;
}

function createMemoryRemote(): MemoryRemote {
  const entries = new Map<TaskHash, Buffer>();
  const remote: MemoryRemote = {
    name: 'memory',
    entries,
    calls: [],
    trouble: null,
    head: async (hash) => {
      call('head');
      const body = entries.get(hash);
      return body === undefined ? null : { sizeBytes: body.length };
    },
    read: async (hash) => {
      call('read');
      const body = entries.get(hash);
      return body === undefined ? null : { sizeBytes: body.length, body: sourceOf(body, 1000).open() };
    },
    write: async (hash, artifact) => {
      call('write');
      const chunks: Uint8Array[] = [];
      for await (const chunk of artifact.open()) chunks.push(chunk);
      if (entries.has(hash)) return 'exists';
      entries.set(hash, Buffer.concat(chunks));
      expect(entries.get(hash)?.length).toBe(artifact.sizeBytes);
      expect(sourceOf(Buffer.concat(chunks)).sha256).toBe(artifact.sha256);
      return 'stored';
    },
    close: async () => {},
  };
  function call(name: string): void {
    remote.calls.push(name);
    if (remote.trouble !== null) throw remote.trouble;
  }
  return remote;
}

function deleteOutputs(workspace: TestWorkspace): void {
  rmSync(workspace.absolute('web/dist'), { recursive: true, force: true });
}

describe('with a remote', () => {
  test('what one machine stored another restores, and keeps', async () => {
    const remote = createMemoryRemote();
    using one = createWorkspace();
    const first = openTestCache(one, { remote });
    one.write({ 'web/dist/index.js': 'code' });
    await first.store('a');
    await first.cache.drain(10_000, neverAborted);
    expect(first.events).toEqual(['stored local', 'upload bytes', 'stored remote']);

    using two = createWorkspace();
    const second = openTestCache(two, { remote });
    expect(await second.cache.lookup(hashNamed('a'), neverAborted)).toMatchObject({ kind: 'hit', where: 'remote' });
    expect(await second.restore('a')).toMatchObject({ kind: 'restored', from: 'remote', executionMs: 1235 });
    expect(two.tree('web')).toEqual(one.tree('web'));
    expect(second.events).toEqual(['download bytes']);
    expect(await second.cache.lookup(hashNamed('a'), neverAborted)).toMatchObject({ kind: 'hit', where: 'local' });
    deleteOutputs(two);
    expect(await second.restore('a')).toMatchObject({ kind: 'restored', from: 'local' });
    expect(readFileSync(entryFileOf(two.absolute('.larder/cache'), hashNamed('a')))).toEqual(
      remote.entries.get(hashNamed('a')),
    );
  });

  test('without a local cache artifacts go to the remote and come from it, and nothing stays behind', async () => {
    const remote = createMemoryRemote();
    using workspace = createWorkspace();
    const { cache, store, restore, events } = openTestCache(workspace, { remote, local: null });
    workspace.write({ 'web/dist/index.js': 'code' });
    expect(await store('a')).toMatchObject({ kind: 'stored' });
    await cache.drain(10_000, neverAborted);
    deleteOutputs(workspace);
    expect(await restore('a')).toMatchObject({ kind: 'restored', from: 'remote' });
    expect(await restore('a')).toMatchObject({ kind: 'restored', from: 'remote' });
    expect(events.slice(0, 2)).toEqual(['upload bytes', 'stored remote']);
    const left = Object.entries(workspace.tree('.larder')).filter(
      ([path, entry]) => !entry.endsWith('/') && !path.endsWith('.table'),
    );
    expect(left).toEqual([]);
  });

  test('a read-only remote is never written to', async () => {
    const remote = createMemoryRemote();
    using workspace = createWorkspace();
    const { cache, store } = openTestCache(workspace, { remote, remoteMode: 'read-only' });
    workspace.write({ 'web/dist/index.js': 'code' });
    await store('a');
    await cache.drain(10_000, neverAborted);
    expect(remote.calls).toEqual([]);
  });

  test('with neither nothing is stored and everything is a miss', async () => {
    using workspace = createWorkspace();
    const { cache, store, restore, troubles } = openTestCache(workspace, { local: null });
    workspace.write({ 'web/dist/index.js': 'code' });
    await store('a');
    expect(await restore('a')).toEqual({ kind: 'miss' });
    expect(await cache.lookup(hashNamed('a'), neverAborted)).toEqual({ kind: 'miss' });
    expect(troubles).toEqual([]);
  });

  test('a hash that is asked for by several at once is downloaded once', async () => {
    const remote = createMemoryRemote();
    using one = createWorkspace();
    const first = openTestCache(one, { remote });
    one.write({ 'web/dist/index.js': 'code' });
    await first.store('a');
    await first.cache.drain(10_000, neverAborted);
    using two = createWorkspace();
    const { restore, events } = openTestCache(two, { remote });
    const results = await Promise.all([restore('a'), restore('a'), restore('a')]);
    expect(results.map(({ kind }) => kind)).not.toContain('miss');
    expect(events).toEqual(['download bytes']);
  });
});

describe('trouble of the remote is a miss and told', () => {
  test.each([
    [new StoreError('remote-timeout', 'nothing came for 5000 ms'), 'remote-timeout'],
    [new Error('a plugin that throws anything'), 'remote-error'],
  ])('%s', async (trouble, code) => {
    const remote = createMemoryRemote();
    remote.trouble = trouble;
    using workspace = createWorkspace();
    const { cache, store, restore, troubles } = openTestCache(workspace, { remote });
    workspace.write({ 'web/dist/index.js': 'code' });
    expect(await restore('a')).toEqual({ kind: 'miss' });
    expect(await cache.lookup(hashNamed('a'), neverAborted)).toEqual({ kind: 'miss' });
    expect(await store('a')).toMatchObject({ kind: 'stored' });
    await cache.drain(10_000, neverAborted);
    expect(troubles).toEqual([1, 2, 3].map(() => ({ code, detail: trouble.message })));
  });

  test('an open circuit is told once', async () => {
    const remote = createMemoryRemote();
    remote.trouble = new StoreError('remote-circuit-open', 'no more reads are tried');
    using workspace = createWorkspace();
    const { restore, troubles } = openTestCache(workspace, { remote });
    for (const hash of ['a', 'b', 'c']) expect(await restore(hash)).toEqual({ kind: 'miss' });
    expect(troubles).toHaveLength(1);
  });

  test('a body that breaks off leaves no entry and the tree as it was', async () => {
    const remote = createMemoryRemote();
    remote.read = async () => ({
      sizeBytes: 1000,
      body: (async function* () {
        yield Buffer.alloc(100);
        throw new StoreError('remote-unreachable', 'the connection broke');
      })(),
    });
    using workspace = createWorkspace();
    workspace.write({ 'web/dist/index.js': 'old' });
    const { restore, troubles, local } = openTestCache(workspace, { remote });
    expect(await restore('a')).toEqual({ kind: 'miss' });
    expect(troubles).toMatchObject([{ code: 'remote-unreachable' }]);
    expect(local?.find(hashNamed('a'))).toBeNull();
    expect(workspace.tree('web')['web/dist/index.js']).toBe('644 old');
    expect(Object.keys(workspace.tree('.larder/state/staging')).slice(1)).toEqual([]);
  });

  test('an abort rejects and is no trouble', async () => {
    using workspace = createWorkspace();
    const { cache, troubles } = openTestCache(workspace, { remote: createMemoryRemote() });
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(cache.lookup(hashNamed('a'), signal)).rejects.toThrow('stopped');
    await expect(cache.drain(1000, signal)).rejects.toThrow('stopped');
    expect(troubles).toEqual([]);
  });
});

describe('trouble of the local store', () => {
  /** A local entry for `a`, the outputs deleted, the entry changed by `damage`. */
  async function damaged(workspace: TestWorkspace, damage: (file: string) => void) {
    const remote = createMemoryRemote();
    const opened = openTestCache(workspace, { remote });
    workspace.write({ 'web/dist/index.js': randomBytes(5000).toString('hex') });
    await opened.store('a');
    await opened.cache.drain(10_000, neverAborted);
    deleteOutputs(workspace);
    damage(entryFileOf(workspace.absolute('.larder/cache'), hashNamed('a')));
    return { ...opened, remote };
  }

  test.each([
    ['cut short', (file: string) => truncateSync(file, 200)],
    ['empty', (file: string) => truncateSync(file, 0)],
    ['overwritten', (file: string) => writeFileSync(file, 'garbage')],
    [
      'with a flipped bit',
      (file: string) => {
        const bytes = readFileSync(file);
        bytes[2000] = (bytes[2000] ?? 0) ^ 1;
        writeFileSync(file, bytes);
      },
    ],
  ])('an entry that is %s is dropped, told, and healed by the remote', async (_name, damage) => {
    using workspace = createWorkspace();
    const { restore, troubles } = await damaged(workspace, damage);
    expect(await restore('a')).toMatchObject({ kind: 'restored', from: 'remote' });
    expect(troubles).toMatchObject([{ code: 'local-corrupt-entry' }]);
    deleteOutputs(workspace);
    expect(await restore('a')).toMatchObject({ kind: 'restored', from: 'local' });
  });

  test('without a remote it is a miss, and executing heals it', async () => {
    using workspace = createWorkspace();
    const { restore, store, remote } = await damaged(workspace, (file) => truncateSync(file, 200));
    remote.entries.clear();
    expect(await restore('a')).toEqual({ kind: 'miss' });
    workspace.write({ 'web/dist/index.js': 'code' });
    expect(await store('a')).toMatchObject({ kind: 'stored' });
    deleteOutputs(workspace);
    expect(await restore('a')).toMatchObject({ kind: 'restored', from: 'local' });
  });

  /** A local store on a full disk. */
  function fullStore(workspace: TestWorkspace): LocalStore {
    const append: AppendBytes = async () => {
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC', syscall: 'write' });
    };
    return openLocalStore({ directoryAbsolute: workspace.absolute('full'), append });
  }

  test('a full disk refuses to store, and says so', async () => {
    using workspace = createWorkspace();
    const { store, troubles } = openTestCache(workspace, { local: fullStore(workspace) });
    workspace.write({ 'web/dist/index.js': 'code' });
    expect(await store('a')).toEqual({ kind: 'refused', code: 'local-disk-full' });
    expect(troubles).toMatchObject([{ code: 'local-disk-full' }]);
    expect(readdirSync(workspace.absolute('full/v1/partial'))).toEqual([]);
  });

  test('a local store that cannot keep a download does not cost the hit', async () => {
    const remote = createMemoryRemote();
    using one = createWorkspace();
    const first = openTestCache(one, { remote });
    one.write({ 'web/dist/index.js': 'code' });
    await first.store('a');
    await first.cache.drain(10_000, neverAborted);
    using two = createWorkspace();
    const { restore, troubles } = openTestCache(two, { remote, local: fullStore(two) });
    expect(await restore('a')).toMatchObject({ kind: 'restored', from: 'remote' });
    expect(troubles).toMatchObject([{ code: 'local-disk-full' }]);
  });

  test('an entry that was evicted is a miss although the outputs are in place', async () => {
    using workspace = createWorkspace();
    const { store, restore, local } = openTestCache(workspace);
    workspace.write({ 'web/dist/index.js': 'code' });
    await store('a');
    await local?.drop(hashNamed('a'));
    expect(await restore('a')).toEqual({ kind: 'miss' });
  });
});

describe('storing', () => {
  test('a declared output that is missing is told, the rest is stored', async () => {
    using workspace = createWorkspace();
    const { store, restore, troubles } = openTestCache(workspace, { outputs: ['web/dist', 'web/coverage'] });
    workspace.write({ 'web/dist/index.js': 'code' });
    expect(await store('a')).toMatchObject({ kind: 'stored' });
    expect(troubles).toEqual([{ code: 'output-missing', detail: 'the task did not produce "web/coverage"' }]);
    workspace.write({ 'web/coverage/stale.xml': 'old' });
    expect(await restore('a')).toMatchObject({ kind: 'restored' });
    expect(existsSync(workspace.absolute('web/coverage'))).toBe(false);
  });

  test('of outputs that are guesses one is enough', async () => {
    using workspace = createWorkspace();
    const { store, troubles } = openTestCache(workspace, { outputs: ['web/build', 'web/dist'], declared: [] });
    workspace.write({ 'web/dist/index.js': 'code' });
    expect(await store('a')).toMatchObject({ kind: 'stored' });
    expect(troubles).toEqual([]);
  });

  test('where none of the guesses is there, it is told once: the outputs are elsewhere, or there are none', async () => {
    using workspace = createWorkspace();
    const { store, restore, troubles } = openTestCache(workspace, { outputs: ['web/build', 'web/dist'], declared: [] });
    workspace.write({ 'web/lib/index.js': 'code' });
    expect(await store('a')).toMatchObject({ kind: 'stored' });
    const detail = 'the target declares no outputs, and there is none of web/build, web/dist';
    expect(troubles).toEqual([{ code: 'output-missing', detail }]);
    expect(await restore('a')).toMatchObject({ kind: 'up-to-date' });
  });

  test.each([
    [
      'a link out of the workspace',
      (workspace: TestWorkspace) => workspace.link('web/dist/link', '../../../secret'),
      'outside',
    ],
    ['an absolute link', (workspace: TestWorkspace) => workspace.link('web/dist/link', workspace.root), 'absolute'],
    [
      'names that differ in case only',
      (workspace: TestWorkspace) => workspace.write({ 'web/dist/X': '', 'web/dist/x': '' }),
      'same file',
    ],
    ['a backslash in a name', (workspace: TestWorkspace) => workspace.write({ 'web/dist/a\\b': '' }), 'backslash'],
    ['a newline in a name', (workspace: TestWorkspace) => workspace.write({ 'web/dist/a\nb': '' }), 'control'],
  ])('%s is refused by name', async (_name, prepare, reason) => {
    using workspace = createWorkspace();
    const { store, restore, troubles } = openTestCache(workspace);
    workspace.write({ 'web/dist/index.js': 'code' });
    prepare(workspace);
    expect(await store('a')).toEqual({ kind: 'refused', code: 'output-refused' });
    expect(troubles).toMatchObject([{ code: 'output-refused' }]);
    expect(troubles[0]?.detail).toContain(reason);
    expect(await restore('a')).toEqual({ kind: 'miss' });
  });

  test('an output outside the workspace is refused', async () => {
    using workspace = createWorkspace();
    const { store, restore, troubles } = openTestCache(workspace, { outputs: ['../elsewhere'] });
    expect(await store('a')).toEqual({ kind: 'refused', code: 'output-refused' });
    expect(await restore('a')).toEqual({ kind: 'miss' });
    expect(troubles.map(({ code }) => code)).toEqual(['output-refused', 'output-refused']);
  });

  test('a task without outputs has its terminal output', async () => {
    using workspace = createWorkspace();
    const { store, restore } = openTestCache(workspace, { outputs: [] });
    await store('a', '\u001b[32mall tests passed\u001b[39m\n');
    const result = await restore('a');
    expect(result).toMatchObject({ kind: 'up-to-date', from: 'local' });
    expect(result.kind !== 'miss' && Buffer.from(result.terminalOutput).toString()).toBe(
      '\u001b[32mall tests passed\u001b[39m\n',
    );
  });

  test('who stored a hash first wins: outputs that differ from its artifact are replaced by it', async () => {
    using workspace = createWorkspace();
    const { store, restore } = openTestCache(workspace);
    workspace.write({ 'web/dist/index.js': 'first' });
    await store('a');
    workspace.write({ 'web/dist/index.js': 'other' });
    await store('a');
    expect(await restore('a')).toMatchObject({ kind: 'restored' });
    expect(workspace.tree('web')['web/dist/index.js']).toBe('644 first');
  });

  test('the same outputs give the same bytes, wherever and whenever they were made', async () => {
    const artifacts: Buffer[] = [];
    for (const order of [
      ['b', 'a'],
      ['a', 'b'],
    ]) {
      using workspace = createWorkspace();
      const { store } = openTestCache(workspace);
      for (const name of order) workspace.write({ [`web/dist/${name}.js`]: name });
      workspace.link('web/dist/link', 'a.js');
      await store('a');
      artifacts.push(readFileSync(entryFileOf(workspace.absolute('.larder/cache'), hashNamed('a'))));
    }
    expect(artifacts[0]?.equals(artifacts[1] ?? Buffer.alloc(0))).toBe(true);
  });

  test('large files come back whole', async () => {
    using workspace = createWorkspace();
    const { store, restore } = openTestCache(workspace);
    const sizes = [1024 * 1024, 1024 * 1024 + 1, 3_333_333];
    const bodies = sizes.map((size) => randomBytes(size));
    workspace.write({ 'web/dist/index.js': 'code' });
    bodies.forEach((body, index) => writeFileSync(workspace.absolute(`web/dist/${index}.bin`), body));
    await store('a');
    deleteOutputs(workspace);
    expect(await restore('a')).toMatchObject({ kind: 'restored' });
    bodies.forEach((body, index) =>
      expect(readFileSync(workspace.absolute(`web/dist/${index}.bin`)).equals(body)).toBe(true),
    );
  });
});

test('globs are kept exact too: what they would match and the artifact lacks goes', async () => {
  using workspace = createWorkspace();
  const { store, restore } = openTestCache(workspace, { outputs: ['web/**/*.js', '!**/*.test.js'] });
  workspace.write({ 'web/a.js': 'a', 'web/sub/b.js': 'b', 'web/a.ts': 'source', 'web/a.test.js': 'test' });
  await store('a');
  expect(await restore('a')).toMatchObject({ kind: 'up-to-date' });
  workspace.write({ 'web/new/stale.js': 'x', 'web/new/keep.ts': 'source' });
  expect(await restore('a')).toMatchObject({ kind: 'restored' });
  expect(Object.keys(workspace.tree('web')).filter((path) => /\.[jt]s$/.test(path))).toEqual([
    'web/a.js',
    'web/a.test.js',
    'web/a.ts',
    'web/new/keep.ts',
    'web/sub/b.js',
  ]);
});
