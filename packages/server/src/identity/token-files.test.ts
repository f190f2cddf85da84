import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { scopeOf } from '../testing/start-test-server.ts';
import { createIdentify } from './authenticate.ts';
import { createToken, listTokens, readToken, revokeToken, tokenFile } from './token-files.ts';
import { parseToken } from './token.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'larder-tokens-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

async function makeToken(createdAtEpochMs = 1, expiresAtEpochMs: number | null = null) {
  return await createToken(directory, {
    tenant: null,
    scope: scopeOf('main'),
    access: 'read',
    createdAtEpochMs,
    expiresAtEpochMs,
  });
}

test('the token stands nowhere on disk, and its file is for its owner alone', async () => {
  const { token, record } = await makeToken();
  const file = tokenFile(directory, record.id);
  const text = await readFile(file, 'utf8');
  expect(text).not.toContain(parseToken(token)?.secret);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(join(directory, 'tokens'))).toEqual([`${record.id}.json`]);
});

test('tokens have 256 random bits', async () => {
  const tokens = await Promise.all([makeToken(), makeToken()]);
  expect(tokens[0].token).toMatch(/^lrd_[0-9a-f]{12}_[A-Za-z0-9_-]{43}$/);
  expect(tokens[0].token).not.toBe(tokens[1].token);
});

test('many can be made at the same time, and are listed by age', async () => {
  const made = await Promise.all([5, 3, 4, 1, 2].map((time) => makeToken(time)));
  const listed = await listTokens(directory);
  expect(listed.map((record) => record.createdAtEpochMs)).toEqual([1, 2, 3, 4, 5]);
  expect(listed).toHaveLength(made.length);
});

test('revoking is remembered with its first time', async () => {
  const { record } = await makeToken();
  expect(await revokeToken(directory, record.id, 7)).toBe(true);
  expect(await revokeToken(directory, record.id, 8)).toBe(true);
  expect(await readToken(directory, record.id)).toEqual({ ...record, revokedAtEpochMs: 7 });
});

test.each(['000000000000', '../../etc', ''])('there is no token %j to revoke', async (id) => {
  expect(await revokeToken(directory, id, 1)).toBe(false);
});

test.each(['', '{', '{}', 'null', '{"version":1}'])('a record that reads %j is no token', async (text) => {
  const { token, record } = await makeToken();
  await writeFile(tokenFile(directory, record.id), text);
  expect(await readToken(directory, record.id)).toBeNull();
  expect(await listTokens(directory)).toEqual([]);
  expect((await identifyWith()(`Bearer ${token}`)).kind).toBe('refused');
});

function identifyWith(epochMs = 10, anonymousRead = false) {
  return createIdentify({
    mode: { kind: 'tokens', anonymousRead },
    storageDirectory: directory,
    epochMs: () => epochMs,
    ci: null,
  });
}

test('a token gives its scope and access', async () => {
  const { token, record } = await makeToken();
  expect(await identifyWith()(`Bearer ${token}`)).toEqual({
    kind: 'identified',
    identity: { id: record.id, tenant: null, scope: 'main', access: 'read' },
  });
  expect((await identifyWith()(`bearer  ${token} `)).kind).toBe('identified');
});

test('a known id with another secret is nobody', async () => {
  const { token } = await makeToken();
  const other = `${token.slice(0, -2)}${token.endsWith('AA') ? 'BB' : 'AA'}`;
  expect(await identifyWith()(`Bearer ${other}`)).toEqual({ kind: 'refused', reason: 'unknown-token', id: null });
});

test('a token ends at the moment of its expiry', async () => {
  const { token } = await makeToken(1, 10);
  expect((await identifyWith(9)(`Bearer ${token}`)).kind).toBe('identified');
  expect(await identifyWith(10)(`Bearer ${token}`)).toMatchObject({ kind: 'refused', reason: 'expired' });
});

test('revoking counts from the next request on', async () => {
  const identify = identifyWith();
  const { token, record } = await makeToken();
  expect((await identify(`Bearer ${token}`)).kind).toBe('identified');
  await revokeToken(directory, record.id, 2);
  expect(await identify(`Bearer ${token}`)).toMatchObject({ kind: 'refused', reason: 'revoked', id: record.id });
});

test.each([undefined, '', 'Bearer', 'Bearer x', 'Basic bHJk', 'Bearer lrd_000000000000_' + 'A'.repeat(43)])(
  'the header %j lets nobody in',
  async (header) => {
    expect((await identifyWith()(header)).kind).toBe('refused');
  },
);

test('anonymous reading is for those without credentials, not for those with wrong ones', async () => {
  const identify = identifyWith(10, true);
  expect(await identify(undefined)).toMatchObject({ identity: { tenant: null, scope: 'main', access: 'read' } });
  expect((await identify('Bearer wrong')).kind).toBe('refused');
});
