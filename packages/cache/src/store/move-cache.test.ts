import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createArtifactSigner, createSignatureCheck } from '../artifact/signature.ts';
import { generateSigningKeyPair, parsePrivateKey } from '../artifact/signing-keys.ts';
import { memberBytes, tarOf } from '../fixtures/hand-tar.ts';
import { hashNamed } from '../fixtures/tasks.ts';
import { neverAborted, openTestCache } from '../fixtures/test-cache.ts';
import { createWorkspace, type TestWorkspace } from '../fixtures/workspace.ts';
import type { TaskCacheOptions } from '../task-cache/context.ts';
import { entryFileOf } from './entry-files.ts';
import { exportCache } from './export-cache.ts';
import { importCache, type ImportedCache } from './import-cache.ts';
import { openLocalStore } from './local-store.ts';
import { verifyCache } from './verify-cache.ts';
import { warmCache } from './warm-cache.ts';

async function fill(workspace: TestWorkspace, more: Partial<TaskCacheOptions> = {}): Promise<string> {
  const { store } = openTestCache(workspace, { more });
  workspace.write({ 'web/dist/index.js': 'new' });
  for (const name of ['a', 'b', 'c']) await store(name);
  return workspace.absolute('.larder/cache');
}

const openIn = (workspace: TestWorkspace) => openLocalStore({ directoryAbsolute: workspace.absolute('.larder/cache') });

function importInto(
  workspace: TestWorkspace,
  file: string,
  trust: Parameters<typeof importCache>[2]['trust'] = null,
): Promise<ImportedCache> {
  return importCache(openIn(workspace), file, { trust, signal: neverAborted });
}

test('what was exported restores elsewhere, and importing again changes nothing', async () => {
  using from = createWorkspace();
  using to = createWorkspace();
  const file = from.absolute('cache.tar');
  expect(await exportCache(await fill(from), file, neverAborted)).toMatchObject({ entries: 3 });
  expect(await importInto(to, file)).toEqual({ stored: 3, existing: 0, refused: [], brokenOff: null });
  expect(await openTestCache(to).restore('b')).toMatchObject({ kind: 'restored', from: 'local' });
  expect(await importInto(to, file)).toEqual({ stored: 0, existing: 3, refused: [], brokenOff: null });
});

test('an empty cache can be exported and imported', async () => {
  using workspace = createWorkspace();
  const file = workspace.absolute('cache.tar');
  await exportCache(workspace.absolute('nowhere'), file, neverAborted);
  expect(await importInto(workspace, file)).toEqual({ stored: 0, existing: 0, refused: [], brokenOff: null });
});

describe('an import refuses', () => {
  const marker = { path: 'larder-cache.json', body: '{"v":1}' };

  test('artifacts under another hash, and takes the rest', async () => {
    using from = createWorkspace();
    using to = createWorkspace();
    const directory = await fill(from);
    const good = readFileSync(entryFileOf(directory, hashNamed('a')));
    const bent = from.absolute('bent.tar');
    writeFileSync(
      bent,
      tarOf([
        marker,
        { path: hashNamed('b'), body: good },
        { path: hashNamed('c'), body: 'x' },
        { path: hashNamed('a'), body: good },
      ]),
    );
    const imported = await importInto(to, bent);
    expect(imported).toMatchObject({ stored: 1, brokenOff: null });
    expect(imported.refused.map(({ hash }) => hash)).toEqual([hashNamed('b'), hashNamed('c')]);
    expect(openIn(to).find(hashNamed('b'))).toBeNull();
  });

  test.each([
    ['a name that is no hash', [{ path: '../../escape', body: 'x' }]],
    ['an absolute name', [{ path: '/tmp/escape', body: 'x' }]],
    ['a link', [{ path: hashNamed('a'), type: '2', linkTarget: '/etc/passwd' }]],
    ['a hard link', [{ path: hashNamed('a'), type: '1', linkTarget: '/etc/passwd' }]],
    ['a device', [{ path: hashNamed('a'), type: '3' }]],
    ['a folder', [{ path: `${hashNamed('a')}/`, type: '5' }]],
  ])('%s', async (_name, members) => {
    using workspace = createWorkspace();
    const file = workspace.absolute('bent.tar');
    writeFileSync(file, tarOf([marker, ...members]));
    expect(await importInto(workspace, file)).toMatchObject({ stored: 0, brokenOff: expect.any(String) });
    expect(Object.keys(workspace.tree('.larder'))).toEqual([]);
  });

  test.each([
    ['nothing at all', Buffer.alloc(0)],
    ['a page of HTML', Buffer.from('<html></html>')],
    ['another archive', tarOf([{ path: 'readme', body: 'x' }])],
    ['a later version', tarOf([{ ...marker, body: '{"v":2}' }])],
    [
      'a claimed size without the bytes',
      Buffer.concat([tarOf([marker]).subarray(0, 1024), memberBytes({ path: hashNamed('a'), claimedBytes: 2 ** 32 })]),
    ],
  ])('%s', async (_name, bytes) => {
    using workspace = createWorkspace();
    const file = workspace.absolute('bent.tar');
    writeFileSync(file, bytes);
    expect(await importInto(workspace, file)).toMatchObject({ stored: 0, brokenOff: expect.any(String) });
  });

  test('an archive that was cut anywhere, after what came before the cut', async () => {
    using from = createWorkspace();
    const file = from.absolute('cache.tar');
    await exportCache(await fill(from), file, neverAborted);
    const whole = readFileSync(file);
    for (let cut = 0; cut < whole.length - 1024; cut += 512) {
      using to = createWorkspace();
      writeFileSync(file, whole.subarray(0, cut));
      const imported = await importInto(to, file);
      expect(imported.brokenOff).not.toBeNull();
      expect((await verifyCache(to.absolute('.larder/cache'), neverAborted)).damaged).toEqual([]);
    }
  });

  test('what no pinned key has signed', async () => {
    using from = createWorkspace();
    using to = createWorkspace();
    const pair = generateSigningKeyPair();
    const trust = createSignatureCheck({ main: [pair.publicKey] });
    const file = from.absolute('cache.tar');
    await exportCache(await fill(from), file, neverAborted);
    expect(await importInto(to, file, trust)).toMatchObject({ stored: 0, refused: { length: 3 } });
    using signed = createWorkspace();
    const signer = createArtifactSigner(parsePrivateKey(pair.privateKey)!, 'main');
    await exportCache(await fill(signed, { signer }), file, neverAborted);
    expect(await importInto(to, file, trust)).toMatchObject({ stored: 3, refused: [] });
  });
});

test('verifying finds a flipped bit and a cut entry, removes both and leaves the rest', async () => {
  using workspace = createWorkspace();
  const directory = await fill(workspace);
  const flipped = readFileSync(entryFileOf(directory, hashNamed('a')));
  flipped[flipped.length >> 1]! ^= 1;
  writeFileSync(entryFileOf(directory, hashNamed('a')), flipped);
  truncateSync(entryFileOf(directory, hashNamed('b')), 100);
  const verified = await verifyCache(directory, neverAborted);
  expect(verified.entries).toBe(3);
  expect(verified.damaged.map(({ hash }) => hash).toSorted()).toEqual([hashNamed('a'), hashNamed('b')].toSorted());
  expect(await verifyCache(directory, neverAborted)).toMatchObject({ entries: 1, damaged: [] });
});

test('warming takes what the remote has and refuses what is wrong', async () => {
  using from = createWorkspace();
  using to = createWorkspace();
  const remote = openLocalStore({ directoryAbsolute: await fill(from) });
  writeFileSync(entryFileOf(from.absolute('.larder/cache'), hashNamed('b')), 'garbage');
  const hashes = ['a', 'b', 'd', 'a'].map(hashNamed);
  const options = { remote, trust: null, signal: neverAborted };
  expect(await warmCache(openIn(to), hashes, options)).toMatchObject({
    fetched: 1,
    existing: 0,
    missing: 1,
    refused: [{ hash: hashNamed('b') }],
  });
  expect(await warmCache(openIn(to), [hashNamed('a')], options)).toMatchObject({ fetched: 0, existing: 1 });
});
