import { expect, test } from 'vitest';
import { startCacheServer, type CacheServer } from '../fixtures/cache-server.ts';
import { hashNamed } from '../fixtures/tasks.ts';
import { neverAborted, openTestCache, type TestCache } from '../fixtures/test-cache.ts';
import { createWorkspace, type TestWorkspace } from '../fixtures/workspace.ts';
import { createRemoteStore, type RemoteStore } from '../remote/remote-store.ts';
import type { TaskCacheOptions } from './context.ts';

interface Machine extends AsyncDisposable, TestCache {
  readonly workspace: TestWorkspace;
  readonly remote: RemoteStore;
}

function openMachine(server: CacheServer, more: Partial<TaskCacheOptions> = {}): Machine {
  const workspace = createWorkspace();
  const remote = createRemoteStore({ url: server.url, token: 'secret', timeoutMs: 5000, log: () => {} });
  const opened = openTestCache(workspace, { remote, more });
  return {
    ...opened,
    workspace,
    remote,
    [Symbol.asyncDispose]: async () => {
      await opened.cache.drain(5000, neverAborted);
      await remote.close();
      workspace[Symbol.dispose]();
    },
  };
}

/** A server with artifacts for the hashes of these names. */
async function serverWith(...names: readonly string[]): Promise<CacheServer> {
  const server = await startCacheServer();
  await using machine = openMachine(server);
  machine.workspace.write({ 'web/dist/index.js': 'new' });
  for (const name of names) await machine.store(name);
  await machine.cache.drain(5000, neverAborted);
  server.requests.length = 0;
  return server;
}

const planned = (...names: readonly string[]) => ({ planHashes: () => names.map(hashNamed) });

test('many hashes are asked for with one request, and what is missing costs no other', async () => {
  await using server = await serverWith('a');
  await using machine = openMachine(server, planned('a', 'b', 'c', 'd'));
  expect(await machine.restore('b')).toEqual({ kind: 'miss' });
  expect(await machine.restore('c')).toEqual({ kind: 'miss' });
  expect(await machine.restore('a')).toMatchObject({ kind: 'restored', from: 'remote' });
  expect(server.requests.toSorted()).toEqual(['GET', 'POST']);
  expect(machine.events.filter((event) => event === 'download bytes')).toHaveLength(1);
});

test('what was fetched ahead becomes a local entry only when a restore has verified it', async () => {
  await using server = await serverWith('a', 'b');
  await using machine = openMachine(server, planned('a', 'b'));
  expect(await machine.restore('a')).toMatchObject({ kind: 'restored', from: 'remote' });
  expect(machine.local?.find(hashNamed('a'))).not.toBeNull();
  expect(machine.local?.find(hashNamed('b'))).toBeNull();
  await machine.cache.drain(5000, neverAborted);
  const partial = Object.keys(machine.workspace.tree('.larder/cache/v1/partial'));
  expect(partial).toEqual(['.larder/cache/v1/partial']);
});

test('a damaged artifact that was fetched ahead is refused like any other', async () => {
  await using server = await serverWith('a');
  server.entries.set(hashNamed('a'), Buffer.from('garbage'));
  await using machine = openMachine(server, planned('a'));
  expect(await machine.restore('a')).toEqual({ kind: 'miss' });
  expect(machine.troubles).toMatchObject([{ code: 'remote-invalid-artifact' }]);
  expect(machine.local?.find(hashNamed('a'))).toBeNull();
});

test('a server that does not know lookups is asked for each artifact', async () => {
  await using server = await serverWith('a');
  server.intercept = (request, response) => {
    if (request.method === 'POST') response.writeHead(404).end();
    return request.method === 'POST';
  };
  await using machine = openMachine(server, planned('a'));
  expect(await machine.restore('a')).toMatchObject({ kind: 'restored', from: 'remote' });
});

test('a hash that nobody planned is asked for by itself', async () => {
  await using server = await serverWith('a');
  await using machine = openMachine(server, planned('b'));
  expect(await machine.restore('a')).toMatchObject({ kind: 'restored', from: 'remote' });
});

test('nothing is planned where everything is found locally', async () => {
  await using server = await startCacheServer();
  let isPlanned = false;
  const planHashes = () => {
    isPlanned = true;
    return [];
  };
  await using machine = openMachine(server, { planHashes });
  machine.workspace.write({ 'web/dist/index.js': 'new' });
  await machine.store('a');
  machine.workspace.write({ 'web/dist/index.js': 'edited' });
  expect(await machine.restore('a')).toMatchObject({ kind: 'restored', from: 'local' });
  expect(isPlanned).toBe(false);
});

test('an artifact that is slower to move than to execute is not uploaded, unless that is wanted', async () => {
  for (const uploadSlowerThanExecution of [false, true]) {
    await using server = await startCacheServer();
    using workspace = createWorkspace();
    const connected = createRemoteStore({ url: server.url, token: 'secret', timeoutMs: 5000, log: () => {} });
    const remote = { ...connected, estimateTransferMs: () => 60_000 };
    const { store, cache, events } = openTestCache(workspace, { remote, more: { uploadSlowerThanExecution } });
    workspace.write({ 'web/dist/index.js': 'new' });
    await store('a');
    await cache.drain(5000, neverAborted);
    await connected.close();
    expect(events.includes('skipped 1235 ms')).toBe(!uploadSlowerThanExecution);
    expect(server.entries.size).toBe(uploadSlowerThanExecution ? 1 : 0);
  }
});
