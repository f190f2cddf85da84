import { createHash } from 'node:crypto';
import {
  accessUrl,
  artifactUrl,
  larderHeaders,
  lookupUrl,
  parseAccess,
  parseErrorBody,
  parseLookupResponse,
} from '@larder/protocol';
import { parseTaskHash, type TaskHash } from '@larder/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rawRequest } from '../testing/raw-request.ts';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';

let server: TestServer;
let writer = '';
beforeAll(async () => {
  server = await startTestServer({ maxArtifactBytes: 2_000_000 });
  writer = await server.token('main', 'write');
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

let hashes = 0;
function freshHash(): TaskHash {
  hashes += 1;
  return parseTaskHash(hashes.toString(16).padStart(32, '0'))!;
}

function sha256(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}

async function call(method: string, url: string, init: RequestInit = {}, token = writer): Promise<Response> {
  return await fetch(url, { method, ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } });
}

async function put(hash: TaskHash, body: string, headers: Record<string, string> = {}, token = writer) {
  const all = { [larderHeaders.sha256]: sha256(body), ...headers };
  return await call('PUT', artifactUrl(server.url, hash), { body, headers: all }, token);
}

test('a token is told what it is good for', async () => {
  const reader = await server.token('pr/7', 'read');
  const ask = async (token: string) => await call('GET', accessUrl(server.url), {}, token);
  expect(parseAccess(await (await ask(reader)).json())).toEqual({ version: 1, scope: 'pr/7', access: 'read' });
  expect(parseAccess(await (await ask(writer)).json())).toEqual({ version: 1, scope: 'main', access: 'write' });
  expect((await ask('nobody')).status).toBe(401);
});

describe('one artifact', () => {
  test('is stored once and read back with its digest and duration', async () => {
    const hash = freshHash();
    expect((await put(hash, 'hello', { [larderHeaders.executionMs]: '1234' })).status).toBe(201);
    const found = await call('GET', artifactUrl(server.url, hash));
    expect(found.status).toBe(200);
    expect(await found.text()).toBe('hello');
    expect(found.headers.get('content-length')).toBe('5');
    expect(found.headers.get(larderHeaders.sha256)).toBe(sha256('hello'));
    expect(found.headers.get(larderHeaders.executionMs)).toBe('1234');
  });

  test('of a megabyte comes back whole', async () => {
    const [hash, body] = [freshHash(), 'x'.repeat(1_000_000)];
    expect((await put(hash, body)).status).toBe(201);
    expect(await (await call('GET', artifactUrl(server.url, hash))).text()).toBe(body);
  });

  test('HEAD tells its size and sends no body', async () => {
    const hash = freshHash();
    await put(hash, 'hello');
    const head = await call('HEAD', artifactUrl(server.url, hash));
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '5', '']);
    expect((await call('HEAD', artifactUrl(server.url, freshHash()))).status).toBe(404);
  });

  test('that nobody stored is 404', async () => {
    expect((await call('GET', artifactUrl(server.url, freshHash()))).status).toBe(404);
  });

  test('is immutable, also with the same bytes', async () => {
    const hash = freshHash();
    await put(hash, 'first');
    expect((await put(hash, 'second')).status).toBe(409);
    expect((await put(hash, 'first')).status).toBe(409);
    expect(await (await call('GET', artifactUrl(server.url, hash))).text()).toBe('first');
  });

  test('written by ten at once is stored by exactly one', async () => {
    const hash = freshHash();
    const bodies = Array.from({ length: 10 }, (_, index) => String(index).repeat(200_000));
    const statuses = (await Promise.all(bodies.map((body) => put(hash, body)))).map((answer) => answer.status);
    expect(statuses.toSorted()).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
    const stored = await (await call('GET', artifactUrl(server.url, hash))).text();
    expect(stored).toBe(bodies[statuses.indexOf(201)]);
  });
});

describe('an upload that is not stored', () => {
  /** Status and code of the answer, and whether the hash exists afterwards. */
  async function outcomeOf(hash: TaskHash, answer: Response) {
    const code = parseErrorBody(await answer.json())?.code;
    const { ok: exists } = await call('HEAD', artifactUrl(server.url, hash));
    return { status: answer.status, code, exists };
  }

  test('has other bytes than its digest says', async () => {
    const hash = freshHash();
    const answer = await put(hash, 'hello', { [larderHeaders.sha256]: sha256('other') });
    expect(await outcomeOf(hash, answer)).toEqual({ status: 422, code: 'digest-mismatch', exists: false });
    expect((await put(hash, 'hello')).status).toBe(201);
  });

  test.each(['', 'x', 'A'.repeat(64)])('announces the digest %j', async (digest) => {
    const hash = freshHash();
    expect(await outcomeOf(hash, await put(hash, 'hello', { [larderHeaders.sha256]: digest }))).toEqual({
      status: 400,
      code: 'malformed',
      exists: false,
    });
  });

  test('announces a duration that is no number', async () => {
    const hash = freshHash();
    expect(await outcomeOf(hash, await put(hash, 'hello', { [larderHeaders.executionMs]: '-1' }))).toEqual({
      status: 400,
      code: 'malformed',
      exists: false,
    });
  });

  test('is larger than allowed', async () => {
    const hash = freshHash();
    expect(await outcomeOf(hash, await put(hash, 'x'.repeat(2_000_001)))).toEqual({
      status: 413,
      code: 'too-large',
      exists: false,
    });
  });

  test('does not announce its size', async () => {
    const path = new URL(artifactUrl(server.url, freshHash())).pathname;
    const headers = {
      authorization: `Bearer ${writer}`,
      'transfer-encoding': 'chunked',
      [larderHeaders.sha256]: sha256('hello'),
    };
    expect((await rawRequest(server.url, path, { method: 'PUT', headers, body: 'hello' })).status).toBe(411);
  });

  test('comes with a token that may only read', async () => {
    const hash = freshHash();
    expect(await outcomeOf(hash, await put(hash, 'hello', {}, await server.token('main', 'read')))).toEqual({
      status: 403,
      code: 'forbidden',
      exists: false,
    });
  });
});

describe('a part of an artifact', () => {
  test.each([['hello world'], ['x'.repeat(500_000)]])(
    'is what comes after the first byte of the range',
    async (body) => {
      const hash = freshHash();
      await put(hash, body);
      const answer = await call('GET', artifactUrl(server.url, hash), { headers: { range: 'bytes=5-' } });
      expect(answer.status).toBe(206);
      expect(answer.headers.get('content-range')).toBe(`bytes 5-${body.length - 1}/${body.length}`);
      expect(answer.headers.get(larderHeaders.sha256)).toBe(sha256(body));
      expect(await answer.text()).toBe(body.slice(5));
    },
  );

  test.each(['bytes=0-', 'bytes=5-7', 'bytes=-5', 'bytes=99-', 'bytes=1-,3-', 'lines=1-', ''])(
    'is the whole for the range %j',
    async (range) => {
      const hash = freshHash();
      await put(hash, 'hello');
      const answer = await call('GET', artifactUrl(server.url, hash), { headers: { range } });
      expect([answer.status, await answer.text()]).toEqual([200, 'hello']);
    },
  );

  test('is nothing where the token may not read the artifact', async () => {
    const hash = freshHash();
    await put(hash, 'hello', {}, await server.token('pr/7', 'write'));
    const answer = await call('GET', artifactUrl(server.url, hash), { headers: { range: 'bytes=1-' } });
    expect(answer.status).toBe(404);
  });
});

describe('lookup', () => {
  async function lookUp(body: string): Promise<Response> {
    return await call('POST', lookupUrl(server.url), { body, headers: { 'content-type': 'application/json' } });
  }

  test('names those that exist with their sizes', async () => {
    const [one, two, missing] = [freshHash(), freshHash(), freshHash()];
    await put(one, 'hello');
    await put(two, '');
    const answer = await lookUp(JSON.stringify({ hashes: [one, two, missing] }));
    expect(answer.status).toBe(200);
    expect(parseLookupResponse(await answer.json())).toEqual(
      new Map([
        [one, 5],
        [two, 0],
      ]),
    );
  });

  test.each(['', '{', '[]', '{"hashes":["../../etc/passwd"]}'])('the body %j is refused', async (body) => {
    expect((await lookUp(body)).status).toBe(400);
  });

  test('a thousand hashes are one question, more are refused', async () => {
    const thousand = Array.from({ length: 1000 }, (_, index) => index.toString(16).padStart(32, 'f'));
    expect(await (await lookUp(JSON.stringify({ hashes: thousand }))).json()).toEqual({ found: {} });
    expect((await lookUp(JSON.stringify({ hashes: [...thousand, freshHash()] }))).status).toBe(400);
    expect((await lookUp(' '.repeat(100_000))).status).toBe(413);
  });
});

describe('routes', () => {
  test.each(['GET', 'HEAD', 'PUT'])('%s without a valid token is 401', async (method) => {
    const init = method === 'PUT' ? { body: 'x' } : {};
    const answer = await call(method, artifactUrl(server.url, freshHash()), init, 'lrd_wrong');
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer, Basic/);
  });

  test('other methods are 405 and name those that exist', async () => {
    const answer = await call('DELETE', artifactUrl(server.url, freshHash()));
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'HEAD, GET, PUT']);
    expect((await call('GET', lookupUrl(server.url))).status).toBe(405);
  });

  test('repeated slashes and a query change nothing', async () => {
    const hash = freshHash();
    await put(hash, 'hello');
    const url = `${server.url}//larder//v1/artifacts//${hash}?scope=pr/1`;
    expect((await call('GET', url)).status).toBe(200);
  });
});
