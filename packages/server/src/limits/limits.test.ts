import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { rawRequest } from '../testing/raw-request.ts';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';

async function call(server: TestServer, token: string, path: string, body?: string) {
  const headers: Record<string, string> = { authorization: `Bearer ${token}` };
  if (body !== undefined) headers['x-larder-sha256'] = createHash('sha256').update(body).digest('hex');
  return await rawRequest(server.url, path, {
    method: body === undefined ? 'GET' : 'PUT',
    headers,
    ...(body === undefined ? {} : { body }),
  });
}

const paths = {
  larder: `/larder/v1/artifacts/${'a'.repeat(32)}`,
  nx: '/v1/cache/1',
  turborepo: `/v8/artifacts/${'b'.repeat(16)}`,
  gradle: '/cache/1',
  bazel: `/ac/${'c'.repeat(64)}`,
};

test('beyond the rate every client gets the answer that it survives, and other scopes go on', async () => {
  const rateLimits = { scope: { requestsPerSecond: 1, burst: 1 }, tenant: null };
  await using server = await startTestServer({ rateLimits });
  const [main, other] = [await server.token('main', 'write'), await server.token('pr/1', 'write')];
  expect((await call(server, main, paths.turborepo)).status).toBe(404);
  const late = await call(server, main, paths.turborepo);
  expect([late.status, Number(late.headers['retry-after'])]).toEqual([429, 1]);
  expect((await call(server, main, paths.larder)).status).toBe(429);
  expect((await call(server, main, paths.bazel)).status).toBe(429);
  expect([(await call(server, main, paths.nx)).status, (await call(server, main, paths.nx, 'x')).status]).toEqual([
    404, 403,
  ]);
  expect([
    (await call(server, main, paths.gradle)).status,
    (await call(server, main, paths.gradle, 'x')).status,
  ]).toEqual([404, 413]);
  expect((await call(server, other, paths.turborepo)).status).toBe(404);
});

test('beyond its quota a scope writes nothing, reads on, and others write on', async () => {
  await using server = await startTestServer({ quotas: { scopeBytes: 1000, tenantBytes: null } });
  await server.waitFor('storage-scanned');
  const [main, other] = [await server.token('main', 'write'), await server.token('pr/1', 'write')];
  const body = 'x'.repeat(600);
  expect((await call(server, main, paths.turborepo, body)).status).toBe(202);
  expect((await call(server, main, paths.larder, body)).status).toBe(507);
  expect((await call(server, main, paths.bazel, body)).status).toBe(507);
  expect((await call(server, main, paths.nx, body)).status).toBe(403);
  expect((await call(server, main, paths.gradle, body)).status).toBe(413);
  expect((await call(server, main, paths.turborepo)).status).toBe(200);
  expect((await call(server, other, paths.turborepo, body)).status).toBe(202);
  expect((await call(server, main, paths.larder, 'small')).status).toBe(201);
});

test('pull requests that fill the quota of a tenant do not stop its main', async () => {
  await using server = await startTestServer({ quotas: { scopeBytes: null, tenantBytes: 1000 } });
  const [main, pr] = [await server.token('main', 'write'), await server.token('pr/1', 'write')];
  const body = 'x'.repeat(600);
  expect((await call(server, pr, paths.turborepo, body)).status).toBe(202);
  expect((await call(server, pr, paths.larder, body)).status).toBe(507);
  expect((await call(server, main, paths.larder, body)).status).toBe(201);
});

test('strangers do not use up what main may ask', async () => {
  const rateLimits = { scope: { requestsPerSecond: 1, burst: 1 }, tenant: { requestsPerSecond: 1, burst: 1 } };
  await using server = await startTestServer({ rateLimits, auth: { kind: 'tokens', anonymousRead: true } });
  const main = await server.token('main', 'write');
  const ask = async (): Promise<number> => (await rawRequest(server.url, paths.turborepo)).status;
  expect([await ask(), await ask()]).toEqual([404, 429]);
  expect((await call(server, main, paths.turborepo)).status).toBe(404);
});

test('the quota of a tenant counts all of its scopes', async () => {
  await using server = await startTestServer({ quotas: { scopeBytes: null, tenantBytes: 1000 } });
  const [main, pr, other] = [
    await server.token('acme@main', 'write'),
    await server.token('acme@pr/1', 'write'),
    await server.token('main', 'write'),
  ];
  const body = 'x'.repeat(600);
  expect((await call(server, main, paths.turborepo, body)).status).toBe(202);
  expect((await call(server, pr, paths.larder, body)).status).toBe(507);
  expect((await call(server, other, paths.turborepo, body)).status).toBe(202);
});
