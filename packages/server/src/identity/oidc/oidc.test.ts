import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rawRequest } from '../../testing/raw-request.ts';
import { startIssuer, testAudience, type TestIssuer } from '../../testing/start-issuer.ts';
import { startTestServer, type TestServer } from '../../testing/start-test-server.ts';
import { parseTokenGrant } from '@larder/protocol';
import { revokeExchangedToken } from '../token-files.ts';
import { parseOidcRules } from './oidc-rules.ts';

/** Tokens of a CI system over real HTTP, from an issuer that signs real ones. */

let issuer: TestIssuer;
let server: TestServer;
beforeAll(async () => {
  issuer = await startIssuer();
  const rules = [
    { claims: { repository: 'acme/web', ref: 'refs/heads/main' }, scope: 'main', access: 'write' },
    { claims: { repository: 'acme/web', ref: 'refs/pull/{number}/merge' }, scope: 'pr/{number}', access: 'write' },
  ];
  const document = {
    issuers: [{ provider: 'github', issuer: issuer.url, jwksUri: `${issuer.url}/keys`, audience: testAudience, rules }],
  };
  const [issuers] = parseOidcRules(JSON.stringify(document), 'rules.json');
  server = await startTestServer({
    oidc: { issuers: issuers ?? [], tokenLifetimeMs: 60_000, signingKeyFileAbsolute: null },
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

const push = {
  sub: 'repo:acme/web:ref:refs/heads/main',
  repository: 'acme/web',
  ref: 'refs/heads/main',
  event_name: 'push',
};
const pull = { ...push, ref: 'refs/pull/7/merge', event_name: 'pull_request' };

async function put(token: string, name: string, body: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  return (await rawRequest(server.url, `/v1/cache/${name}`, { method: 'PUT', headers, body })).status;
}

async function get(token: string, name: string): Promise<string | number> {
  const found = await rawRequest(server.url, `/v1/cache/${name}`, { headers: { authorization: `Bearer ${token}` } });
  return found.status === 200 ? found.body.toString() : found.status;
}

async function exchange(token: string) {
  return await rawRequest(server.url, '/larder/v1/token', {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
}

test('a token of a push to main writes main, one of a pull request reads it and writes its own', async () => {
  const [main, pr] = [await issuer.sign(push), await issuer.sign(pull)];
  expect(await put(main, '1', 'good')).toBe(200);
  expect(await get(pr, '1')).toBe('good');
  expect(await put(pr, '2', 'poison')).toBe(200);
  expect([await get(pr, '2'), await get(main, '2')]).toEqual(['poison', 404]);
});

test('the keys are asked for once, whatever number of requests and unknown tokens come', async () => {
  await put(await issuer.sign({ ...push, jti: 'other' }), '3', 'x');
  await Promise.all([1, 2, 3].map(async () => await put(await issuer.forge(push), '4', 'x')));
  expect(issuer.keyRequests()).toBe(1);
});

describe('nothing is written with', () => {
  test.each([
    ['a forged signature', () => issuer.forge(push)],
    ['another audience', () => issuer.sign(push, { audience: 'https://elsewhere.example' })],
    ['another issuer', () => issuer.sign(push, { issuer: 'https://token.actions.githubusercontent.com' })],
    ['a time that is over', () => issuer.sign({ ...push, exp: 1000 })],
    ['no time at which it ends', () => issuer.sign({ ...push, exp: undefined })],
    ['a time from which on it counts that is far away', () => issuer.sign({ ...push, nbf: 9_999_999_999 })],
    ['a repository without a rule', () => issuer.sign({ ...push, repository: 'evil/web' })],
    ['an event that may run code of others', () => issuer.sign({ ...push, event_name: 'pull_request_target' })],
    [
      'no signature at all',
      async () =>
        `${part({ alg: 'none' })}.${part({ ...push, iss: issuer.url, aud: testAudience, exp: 9_999_999_999 })}.xx`,
    ],
    [
      'a shared secret made of the public key',
      async () => `${part({ alg: 'HS256', kid: 'one' })}.${part({ ...push, iss: issuer.url })}.xx`,
    ],
  ])('%s', async (_, makeToken) => {
    const token = await makeToken();
    expect(await put(token, '5', 'x')).toBe(403);
    const main = await issuer.sign(push);
    expect(await get(main, '5')).toBe(404);
  });
});

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

describe('in exchange', () => {
  test('there is a token of the server that outlives the other, with the same rights', async () => {
    const granted = await exchange(await issuer.sign(pull));
    expect([granted.status, granted.headers['cache-control']]).toEqual([200, 'no-store']);
    const grant = parseTokenGrant(JSON.parse(granted.body.toString()));
    expect(grant).toMatchObject({ scope: 'pr/7', access: 'write' });
    expect(await put(grant!.token, '6', 'poison')).toBe(200);
    expect(await get(await issuer.sign(push), '6')).toBe(404);
    expect(JSON.stringify(server.events)).not.toContain(grant!.token);
  });

  test.each(['scope', 'access', 'expiresAtEpochMs'])('a token whose %s was changed is worth nothing', async (name) => {
    const { token } = parseTokenGrant(JSON.parse((await exchange(await issuer.sign(pull))).body.toString()))!;
    const [payload = '', signature = ''] = token.slice('lrs_'.length).split('.');
    const changed = {
      ...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object),
      [name]: name === 'scope' ? 'main' : 9_999_999_999_999,
    };
    expect(await put(`lrs_${part(changed)}.${signature}`, '7', 'x')).toBe(403);
  });

  test('it can be revoked by the id in the log', async () => {
    const { token } = parseTokenGrant(JSON.parse((await exchange(await issuer.sign(push))).body.toString()))!;
    expect(await put(token, '8', 'x')).toBe(200);
    const granted = server.events.findLast(({ type }) => type === 'token-granted');
    await revokeExchangedToken(server.directory, granted?.type === 'token-granted' ? granted.token : '');
    expect(await put(token, '9', 'x')).toBe(403);
  });

  test('nothing is given for a token of the server itself, so that none can be made to live longer', async () => {
    expect((await exchange(await server.token('main', 'write'))).status).toBe(401);
    const { token } = parseTokenGrant(JSON.parse((await exchange(await issuer.sign(push))).body.toString()))!;
    expect((await exchange(token)).status).toBe(401);
    expect((await exchange(await issuer.forge(push))).status).toBe(401);
  });
});

test('an issuer that cannot be reached is told from a bad token, and is a miss for nx', async () => {
  const away = await startIssuer();
  const rules = [{ claims: { repository: 'acme/web' }, scope: 'main', access: 'read' }];
  const [issuers] = parseOidcRules(
    JSON.stringify({
      issuers: [
        { provider: 'github', issuer: away.url, jwksUri: 'http://127.0.0.1:1/', audience: testAudience, rules },
      ],
    }),
    'rules.json',
  );
  await using other = await startTestServer({
    oidc: { issuers: issuers ?? [], tokenLifetimeMs: 1000, signingKeyFileAbsolute: null },
  });
  const headers = { authorization: `Bearer ${await away.sign(push)}` };
  const status = async (path: string) => (await rawRequest(other.url, path, { headers })).status;
  expect([await status('/v8/artifacts/status'), await status('/v1/cache/1')]).toEqual([503, 404]);
  await away[Symbol.asyncDispose]();
});
