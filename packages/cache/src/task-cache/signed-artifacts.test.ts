import { describe, expect, test } from 'vitest';
import { createArtifactSigner, createSignatureCheck } from '../artifact/signature.ts';
import { generateSigningKeyPair, parsePrivateKey } from '../artifact/signing-keys.ts';
import { startCacheServer } from '../fixtures/cache-server.ts';
import { hashNamed } from '../fixtures/tasks.ts';
import { neverAborted, openTestCache, type TestCache } from '../fixtures/test-cache.ts';
import { createWorkspace, type TestWorkspace } from '../fixtures/workspace.ts';
import { createRemoteStore } from '../remote/remote-store.ts';
import type { TaskCacheOptions } from './context.ts';

const main = generateSigningKeyPair();
const stranger = generateSigningKeyPair();
const trust = createSignatureCheck({ main: [main.publicKey] });

function signedBy({ privateKey }: { readonly privateKey: string }, scope = 'main'): Partial<TaskCacheOptions> {
  const key = parsePrivateKey(privateKey);
  if (key === null) throw new Error('no key');
  return { signer: createArtifactSigner(key, scope) };
}

/** Stores as one machine does, then restores as another one that trusts the key of main. */
async function share(
  stored: Partial<TaskCacheOptions>,
  bend: (entries: Map<string, Buffer>) => void = () => {},
): Promise<{ readonly kind: string; readonly troubles: TestCache['troubles']; readonly workspace: TestWorkspace }> {
  await using server = await startCacheServer();
  using writer = createWorkspace();
  const workspace = createWorkspace();
  const connect = () => createRemoteStore({ url: server.url, token: 'secret', timeoutMs: 5000, log: () => {} });
  const [there, here] = [connect(), connect()];
  writer.write({ 'web/dist/index.js': 'new' });
  const writing = openTestCache(writer, { remote: there, more: stored });
  for (const hash of ['a', 'b']) await writing.store(hash);
  await writing.cache.drain(5000, neverAborted);
  bend(server.entries);
  workspace.write({ 'web/dist/old.js': 'old' });
  const reading = openTestCache(workspace, { remote: here, more: { trust } });
  const { kind } = await reading.restore('a');
  await Promise.all([there.close(), here.close()]);
  return { kind, troubles: reading.troubles, workspace };
}

test('an artifact that a pinned key has signed is restored', async () => {
  const { kind, troubles, workspace } = await share(signedBy(main));
  using _ = workspace;
  expect(kind).toBe('restored');
  expect(troubles).toEqual([]);
  expect(workspace.tree('web/dist')).toMatchObject({ 'web/dist/index.js': '644 new' });
});

describe('a client with pinned keys refuses', () => {
  test.each([
    ['an unsigned artifact', {}, 'not signed'],
    ['one by an unknown key', signedBy(stranger), 'no pinned key'],
    ['one that is signed for another scope', signedBy(main, 'pr/1'), 'no key is pinned'],
  ])('%s, and touches nothing', async (_name, stored, reason) => {
    const { kind, troubles, workspace } = await share(stored);
    using _ = workspace;
    expect(kind).toBe('miss');
    expect(troubles).toEqual([{ code: 'remote-untrusted-artifact', detail: expect.stringContaining(reason) }]);
    expect(Object.keys(workspace.tree('web/dist'))).toEqual(['web/dist', 'web/dist/old.js']);
  });

  test('a signed artifact that is offered for another hash', async () => {
    const { kind, troubles, workspace } = await share(signedBy(main), (entries) => {
      entries.set(hashNamed('a'), entries.get(hashNamed('b')) ?? Buffer.alloc(0));
    });
    using _ = workspace;
    expect(kind).toBe('miss');
    expect(troubles).toMatchObject([
      { code: 'remote-invalid-artifact', detail: expect.stringContaining('another hash') },
    ]);
  });
});

test('without pinned keys a signed artifact is as good as any', async () => {
  using workspace = createWorkspace();
  workspace.write({ 'web/dist/index.js': 'new' });
  const { store, restore } = openTestCache(workspace, { more: signedBy(stranger) });
  await store('a');
  workspace.write({ 'web/dist/index.js': 'edited' });
  expect(await restore('a')).toMatchObject({ kind: 'restored' });
});
