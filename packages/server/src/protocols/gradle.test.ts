import { afterAll, beforeAll, expect, test } from 'vitest';
import { rawRequest } from '../testing/raw-request.ts';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';

let server: TestServer;
let writer = '';
beforeAll(async () => {
  server = await startTestServer({ maxArtifactBytes: 1000 });
  writer = await server.token('main', 'write');
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

async function call(method: string, key: string, { body, token = writer }: { body?: string; token?: string } = {}) {
  const authorization = `Basic ${Buffer.from(`gradle:${token}`).toString('base64')}`;
  const url = server.url;
  return await rawRequest(url, `/cache/${key}`, {
    method,
    headers: { authorization },
    ...(body === undefined ? {} : { body }),
  });
}

test('an entry is stored and read back, and the first one stays', async () => {
  expect((await call('GET', 'a1')).status).toBe(404);
  expect((await call('PUT', 'a1', { body: 'first' })).status).toBe(201);
  expect((await call('PUT', 'a1', { body: 'second' })).status).toBe(200);
  const found = await call('GET', 'a1');
  expect([found.body.toString(), found.headers['content-type']]).toEqual([
    'first',
    'application/vnd.gradle.build-cache-artifact.v1',
  ]);
});

test('what does not mean that the cache is of no use leaves it switched on: 413 and 404 alone', async () => {
  expect((await call('PUT', 'a2', { body: 'x'.repeat(1001) })).status).toBe(413);
  const token = await server.token('main', 'read');
  expect((await call('PUT', 'a3', { body: 'x', token })).status).toBe(413);
  expect((await call('GET', 'a3', { token })).status).toBe(404);
});

test('a wrong token switches it off', async () => {
  expect((await call('GET', 'a4', { token: 'wrong' })).status).toBe(401);
});
