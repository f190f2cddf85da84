import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRecorder } from '../server-event.ts';
import { defaultServerOptions } from '../server-options.ts';
import { serveStorage } from '../start-server.ts';
import type { Storage } from '../storage/storage.ts';
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

async function call(
  method: string,
  path: string,
  options: { body?: string; token?: string | null; url?: string } = {},
) {
  const { token = writer, url = server.url, body } = options;
  return await fetch(`${url}${path}`, {
    method,
    headers: {
      'content-type': 'application/octet-stream',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body }),
  });
}

test('a decimal hash is stored with 200 and read back', async () => {
  const path = '/v1/cache/12345678901234567890';
  expect((await call('PUT', path, { body: 'hello' })).status).toBe(200);
  const found = await call('GET', path);
  expect([found.status, found.headers.get('content-type'), await found.text()]).toEqual([
    200,
    'application/octet-stream',
    'hello',
  ]);
});

test('a base URL that ends in a slash works', async () => {
  expect((await call('PUT', '//v1/cache/1', { body: 'hello' })).status).toBe(200);
  expect((await call('GET', '//v1/cache/1')).status).toBe(200);
});

test('a second PUT is 409 and changes nothing', async () => {
  await call('PUT', '/v1/cache/2', { body: 'first' });
  expect((await call('PUT', '/v1/cache/2', { body: 'second' })).status).toBe(409);
  expect(await (await call('GET', '/v1/cache/2')).text()).toBe('first');
});

describe('Nx fails its run on every answer but 200, 403, 404 and 409, so', () => {
  test.each([null, 'wrong'])(
    'the token %j is a miss for GET and 403 for PUT, with the reason as text',
    async (token) => {
      const [get, put] = [
        await call('GET', '/v1/cache/3', { token }),
        await call('PUT', '/v1/cache/3', { token, body: 'x' }),
      ];
      expect([get.status, put.status]).toEqual([404, 403]);
      expect(put.headers.get('content-type')).toMatch('text/plain');
      expect(await put.text()).toContain('token');
    },
  );

  test('a token that may only read gets 403', async () => {
    const token = await server.token('main', 'read');
    expect((await call('PUT', '/v1/cache/4', { token, body: 'x' })).status).toBe(403);
    expect((await call('GET', '/v1/cache/4', { token })).status).toBe(404);
  });

  test('an artifact that is too large is 403', async () => {
    expect((await call('PUT', '/v1/cache/5', { body: 'x'.repeat(1001) })).status).toBe(403);
  });
});

describe('with a storage in trouble', () => {
  const fails = () => Promise.reject(new Error('the disk is on fire'));
  const hangs = () => new Promise<never>(() => {});
  const storageOf = (method: () => Promise<never>): Storage => ({
    head: method,
    read: method,
    write: method,
    delete: method,
    list: () => ({ [Symbol.asyncIterator]: () => ({ next: method }) }),
    close: async () => {},
  });

  test.each([
    ['fails', fails],
    ['hangs', hangs],
  ])('GET is a miss and PUT is 403 when it %s', async (_, method) => {
    const events: unknown[] = [];
    const troubled = await serveStorage(
      {
        ...defaultServerOptions,
        storageDirectory: server.directory,
        timeouts: { ...defaultServerOptions.timeouts, answerMs: 50, drainMs: 50 },
        onEvent: () => {},
      },
      storageOf(method),
      createRecorder((event) => events.push(event), Date.now),
    );
    const { url } = troubled;
    expect((await call('GET', '/v1/cache/1', { url })).status).toBe(404);
    expect((await call('PUT', '/v1/cache/1', { url, body: 'x' })).status).toBe(403);
    expect((await call('GET', '/healthz', { url })).status).toBe(200);
    expect(events).toContainEqual(expect.objectContaining({ type: 'request-failed', path: '/v1/cache/1' }));
    await troubled.close();
  });
});
