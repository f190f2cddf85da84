import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startCacheServer } from '../fixtures/cache-server.ts';
import { startProxy } from '../fixtures/proxy.ts';
import { sourceOf } from '../fixtures/store-contract.ts';
import { hashNamed } from '../fixtures/tasks.ts';
import { neverAborted } from '../fixtures/test-cache.ts';
import { findIdentitySource } from './identity-source.ts';
import { createRemoteStore, type RemoteStoreOptions } from './remote-store.ts';
import { readSecretFile } from './secret-file.ts';
import { Throttle } from './throttle.ts';
import { RenewedToken } from './token-source.ts';
import { TransferRates } from './transfer-rates.ts';

const hash = hashNamed('a');

function storeAt(url: string, options: Partial<RemoteStoreOptions> = {}) {
  return createRemoteStore({ url, token: 'secret', timeoutMs: 5000, log: () => {}, ...options });
}

describe('token files', () => {
  test.each([
    [0o600, 'read'],
    [0o400, 'read'],
    [0o640, 'refused'],
    [0o644, 'refused'],
    [0o604, 'refused'],
  ])('with mode %o are %s', (mode, kind) => {
    const folder = mkdtempSync(join(tmpdir(), 'larder-secret-'));
    try {
      const file = join(folder, 'token');
      writeFileSync(file, 'secret\n');
      chmodSync(file, mode);
      const read = readSecretFile(file);
      expect(read.kind).toBe(kind);
      expect(read.kind === 'read' ? read.secret : read.reason).toContain(kind === 'read' ? 'secret' : 'chmod 600');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('that are missing, folders or empty are refused with the reason', () => {
    const folder = mkdtempSync(join(tmpdir(), 'larder-secret-'));
    writeFileSync(join(folder, 'empty'), '', { mode: 0o600 });
    expect(readSecretFile(join(folder, 'none'))).toMatchObject({ reason: expect.stringContaining('ENOENT') });
    expect(readSecretFile(folder)).toMatchObject({ reason: expect.stringContaining('no file') });
    expect(readSecretFile(join(folder, 'empty'))).toMatchObject({ reason: expect.stringContaining('empty') });
    rmSync(folder, { recursive: true });
  });
});

describe('the identity of a CI job', () => {
  test('is what the environment offers', () => {
    const github = { ACTIONS_ID_TOKEN_REQUEST_URL: 'http://x/?v=1', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't' };
    expect(findIdentitySource(github, 'larder')).toMatchObject({ kind: 'github', audience: 'larder' });
    expect(findIdentitySource({ LARDER_ID_TOKEN: 'jwt' }, 'larder')).toEqual({ kind: 'given', idToken: 'jwt' });
    expect(findIdentitySource({ ACTIONS_ID_TOKEN_REQUEST_URL: 'no url' }, 'larder')).toBeNull();
  });

  test('is traded once for a token that all requests use', async () => {
    await using server = await startCacheServer('granted');
    const seen: string[] = [];
    server.intercept = (request, response) => {
      if (request.url?.startsWith('/identity') === true) {
        seen.push(`${request.url} ${request.headers.authorization}`);
        response.end('{"value":"jwt"}');
        return true;
      }
      if (request.url !== '/base/larder/v1/token') return false;
      seen.push(`token ${request.headers.authorization}`);
      response.end(
        JSON.stringify({ token: 'granted', expiresAtEpochMs: Date.now() + 3_600_000, scope: 'main', access: 'write' }),
      );
      return true;
    };
    const env = {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${new URL(server.url).origin}/identity?v=1`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'ask',
    };
    const store = storeAt(server.url, { token: null, identity: findIdentitySource(env, 'the cache') });
    const heads = await Promise.all(['a', 'b', 'c'].map((name) => store.head(hashNamed(name), neverAborted)));
    await store.close();
    expect(heads).toEqual([null, null, null]);
    expect(seen).toEqual(['/identity?v=1&audience=the+cache Bearer ask', 'token Bearer jwt']);
  });

  test('that the server does not accept is a missing right', async () => {
    await using server = await startCacheServer('granted');
    const store = storeAt(server.url, { token: null, identity: { kind: 'given', idToken: 'jwt' } });
    await expect(store.head(hash, neverAborted)).rejects.toMatchObject({ code: 'remote-unauthorized' });
    await store.close();
  });

  test('is asked for again before its token expires, and after a failure', async () => {
    let now = 0;
    let count = 0;
    const source = new RenewedToken(
      async () => {
        count += 1;
        if (count === 1) throw new Error('once');
        return { token: `t${count}`, expiresAtEpochMs: now + 600_000 };
      },
      () => now,
    );
    await expect(source.get(neverAborted)).rejects.toThrow('once');
    expect(await source.get(neverAborted)).toBe('t2');
    now = 500_000;
    expect(await source.get(neverAborted)).toBe('t2');
    now = 550_000;
    expect(await source.get(neverAborted)).toBe('t3');
  });
});

test('requests go through the proxy that the environment names, but for its exceptions', async () => {
  await using server = await startCacheServer();
  await using proxy = await startProxy();
  const { asked, url: HTTP_PROXY } = proxy;
  const through = storeAt(server.url, { env: { HTTP_PROXY } });
  expect(await through.head(hash, neverAborted)).toBeNull();
  expect(asked).toHaveLength(1);
  const past = storeAt(server.url, { env: { HTTP_PROXY, NO_PROXY: '127.0.0.1' } });
  expect(await past.head(hash, neverAborted)).toBeNull();
  expect(asked).toHaveLength(1);
  await Promise.all([through.close(), past.close()]);
});

test('certificates that cannot be read are named', async () => {
  const store = storeAt('https://127.0.0.1:1', { caFileAbsolute: '/nowhere/ca.pem' });
  await expect(store.head(hash, neverAborted)).rejects.toMatchObject({
    code: 'remote-misconfigured',
    message: expect.stringContaining('/nowhere/ca.pem'),
  });
  await store.close();
});

describe('bandwidth', () => {
  test('each transfer has its turn', async () => {
    const waits: number[] = [];
    const sleep = async (delayMs: number) => void waits.push(delayMs);
    const throttle = new Throttle(1000, { sleep, random: () => 0 }, () => 0);
    for (const sizeBytes of [500, 250, 100]) await throttle.take(sizeBytes, neverAborted);
    expect(waits).toEqual([500, 750]);
  });

  test('a limited store moves the same bytes', async () => {
    await using server = await startCacheServer();
    const waits: number[] = [];
    const sleep = async (delayMs: number) => void waits.push(delayMs);
    const store = storeAt(server.url, { maxBytesPerSecond: 1000, pacing: { sleep, random: () => 0 } });
    expect(await store.write(hash, sourceOf(Buffer.alloc(300_000)), neverAborted)).toBe('stored');
    await store.close();
    expect(server.entries.get(hash)?.length).toBe(300_000);
    expect(Math.max(...waits)).toBeGreaterThan(60_000);
  });

  test('what moving costs is known after a round trip and a transfer', () => {
    const rates = new TransferRates();
    expect(rates.estimateMs(1000)).toBeNull();
    rates.noteRoundTrip(50);
    expect(rates.estimateMs(1000)).toBeNull();
    rates.noteTransfer(1_000_000, 1050);
    expect(rates.estimateMs(2_000_000)).toBeCloseTo(2050);
    rates.noteTransfer(100, 10_000);
    expect(rates.estimateMs(2_000_000)).toBeCloseTo(2050);
  });
});

test('a lookup that answers something else is trouble, not a miss', async () => {
  await using server = await startCacheServer();
  for (const body of ['{', '[]', '{"found":{"x":1}}', JSON.stringify({ found: {}, pad: 'x'.repeat(200_000) })]) {
    server.intercept = (_request, response) => {
      response.end(body);
      return true;
    };
    const store = storeAt(server.url);
    await expect(store.lookUp([hash], neverAborted)).rejects.toMatchObject({ code: 'remote-error' });
    await store.close();
  }
});
