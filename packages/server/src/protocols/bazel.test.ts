import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyBlobDigest } from '@larder/protocol';
import { rawRequest } from '../testing/raw-request.ts';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';

let server: TestServer;
let writer = '';
beforeAll(async () => {
  server = await startTestServer({ maxArtifactBytes: 1_000_000 });
  writer = await server.token('main', 'write');
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** As Bazel sends them: basic authentication from the URL, a length, no chunks. */
async function call(method: string, path: string, body?: string | Uint8Array, token = writer) {
  const authorization = `Basic ${Buffer.from(`ci:${token}`).toString('base64')}`;
  return await rawRequest(server.url, path, {
    method,
    headers: { authorization },
    ...(body === undefined ? {} : { body }),
  });
}

function digestOf(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}

/** An ActionResult with one output file, one standard output and an exit code, as protobuf. */
function actionResult(file: string, stdout: string): Buffer {
  const field = (number: number, value: Buffer): Buffer =>
    Buffer.concat([Buffer.from([number * 8 + 2, value.length]), value]);
  const digest = (text: string): Buffer =>
    Buffer.concat([field(1, Buffer.from(digestOf(text))), Buffer.from([16, text.length])]);
  const output = Buffer.concat([field(1, Buffer.from('out.txt')), field(2, digest(file))]);
  return Buffer.concat([field(2, output), Buffer.from([32, 0]), field(6, digest(stdout))]);
}

describe('blobs', () => {
  test('are stored under their SHA-256 and read back, in every instance', async () => {
    const path = `/cas/${digestOf('hello')}`;
    expect((await call('HEAD', path)).status).toBe(404);
    expect((await call('PUT', path, 'hello')).status).toBe(201);
    expect((await call('PUT', path, 'hello')).status).toBe(200);
    const head = await call('HEAD', `/team/web${path}`);
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, '5', 0]);
    expect((await call('GET', path)).body.toString()).toBe('hello');
  });

  test('that are not what their name says are 400 and are not stored', async () => {
    const path = `/cas/${digestOf('right')}`;
    expect((await call('PUT', path, 'wrong')).status).toBe(400);
    expect((await call('GET', path)).status).toBe(404);
  });

  test('the empty one always exists', async () => {
    const found = await call('GET', `/cas/${emptyBlobDigest}`);
    expect([found.status, found.body.length]).toEqual([200, 0]);
  });
});

describe('action results', () => {
  const path = (name: string): string => `/ac/${digestOf(name)}`;

  test('are a miss while a blob that they name is gone, and can then be stored anew', async () => {
    await call('PUT', path('a'), actionResult('file a', 'out a'));
    expect((await call('GET', path('a'))).status).toBe(404);
    await call('PUT', `/cas/${digestOf('file b')}`, 'file b');
    expect((await call('PUT', path('a'), actionResult('file b', ''))).status).toBe(201);
    expect((await call('GET', path('a'))).body).toEqual(actionResult('file b', ''));
  });

  test('that are complete stay as they were first', async () => {
    for (const text of ['c1', 'c2']) await call('PUT', `/cas/${digestOf(text)}`, text);
    await call('PUT', path('c'), actionResult('c1', ''));
    expect((await call('PUT', path('c'), actionResult('c2', ''))).status).toBe(200);
    expect((await call('GET', path('c'))).body).toEqual(actionResult('c1', ''));
  });

  test('of one instance are none of another', async () => {
    await call('PUT', `/web${path('d')}`, 'any bytes');
    expect((await call('GET', `/web${path('d')}`)).body.toString()).toBe('any bytes');
    expect((await call('GET', path('d'))).status).toBe(404);
    expect((await call('GET', `/other${path('d')}`)).status).toBe(404);
  });

  test('an empty instance may show as two slashes, and moon’s question needs no token', async () => {
    await call('PUT', `/${path('e')}`, '{}');
    expect((await call('GET', path('e'))).body.toString()).toBe('{}');
    expect((await rawRequest(server.url, '/status')).status).toBe(200);
  });

  test('of a pull request that names blobs of main is complete for it, and stays its own', async () => {
    const pullRequest = await server.token('pr/1', 'write');
    await call('PUT', `/cas/${digestOf('f')}`, 'f');
    await call('PUT', path('f'), actionResult('f', ''), pullRequest);
    expect((await call('GET', path('f'), undefined, pullRequest)).status).toBe(200);
    expect((await call('GET', path('f'))).status).toBe(404);
  });
});

test('a token of the wrong rights is 403, none is 401, and too much is 413', async () => {
  const path = `/ac/${digestOf('rights')}`;
  expect((await call('PUT', path, 'x', await server.token('main', 'read'))).status).toBe(403);
  expect((await call('GET', path, undefined, 'wrong')).status).toBe(401);
  expect((await call('PUT', path, 'x'.repeat(1_000_001))).status).toBe(413);
});
