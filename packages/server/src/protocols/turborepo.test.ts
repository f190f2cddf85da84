import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

const hash = '0123456789abcdef';
const team = '?teamId=team_x&slug=x';

async function call(method: string, path: string, init: RequestInit = {}, token = writer): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, ...init.headers };
  return await fetch(`${server.url}/v8/artifacts${path}${team}`, { method, ...init, headers });
}

const artifactHeaders = {
  'x-artifact-duration': '1234',
  'x-artifact-tag': 'Tc0BmHvJYMIYJ62/zx87YqO0Flxk+5Ovip25NY825CQ=',
  'x-artifact-sha': 'a'.repeat(40),
  'x-artifact-dirty-hash': 'b'.repeat(16),
};

describe('artifacts', () => {
  test('are taken with 202 and come back with the headers that they came with', async () => {
    const headers = { ...artifactHeaders, 'x-artifact-client-ci': 'GITHUB_ACTIONS' };
    expect((await call('PUT', `/${hash}`, { body: 'hello', headers })).status).toBe(202);
    for (const method of ['GET', 'HEAD']) {
      const found = await call(method, `/${hash}`);
      expect([found.status, found.headers.get('content-length')]).toEqual([200, '5']);
      expect(Object.fromEntries(found.headers)).toMatchObject(artifactHeaders);
      expect(await found.text()).toBe(method === 'GET' ? 'hello' : '');
    }
  });

  test('are misses where nobody stored them, and under slugs and teams of the client’s choice', async () => {
    expect((await call('GET', '/ffffffffffffffff')).status).toBe(404);
    expect((await call('HEAD', '/ffffffffffffffff')).status).toBe(404);
  });

  test('are immutable', async () => {
    await call('PUT', '/1111111111111111', { body: 'first' });
    expect((await call('PUT', '/1111111111111111', { body: 'second' })).status).toBe(409);
    expect(await (await call('GET', '/1111111111111111')).text()).toBe('first');
  });

  test('may come in chunks of unknown number, up to the limit', async () => {
    const upload = async (path: string, body: string) => {
      const headers = { authorization: `Bearer ${writer}`, 'transfer-encoding': 'chunked' };
      return (await rawRequest(server.url, `/v8/artifacts${path}`, { method: 'PUT', headers, body })).status;
    };
    expect(await upload('/2222222222222222', 'hello')).toBe(202);
    expect(await (await call('GET', '/2222222222222222')).text()).toBe('hello');
    expect(await upload('/3333333333333333', 'x'.repeat(300_000))).toBe(413);
  });

  test.each([
    ['x-artifact-duration', 'soon'],
    ['x-artifact-tag', 'x'.repeat(513)],
    ['x-artifact-tag', 'a b'],
  ])('with the header %s: %s are refused', async (name, value) => {
    expect((await call('PUT', '/4444444444444444', { body: 'x', headers: { [name]: value } })).status).toBe(400);
  });

  test('of a reader are refused in the way that stops its uploads', async () => {
    const refused = await call('PUT', '/5555555555555555', { body: 'x' }, await server.token('main', 'read'));
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ error: { code: 'forbidden' } });
  });

  test('need a token', async () => {
    const refused = await call('GET', `/${hash}`, {}, 'wrong');
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ error: { code: 'unauthorized' } });
  });
});

describe('the batch query', () => {
  test('tells size and headers of what exists, and null for the rest', async () => {
    await call('PUT', '/6666666666666666', { body: 'hello', headers: artifactHeaders });
    const body = JSON.stringify({ hashes: ['6666666666666666', 'ffffffffffffffff'] });
    const answer = await call('POST', '', { body });
    expect(await answer.json()).toEqual({
      '6666666666666666': {
        size: 5,
        taskDurationMs: 1234,
        tag: artifactHeaders['x-artifact-tag'],
        sha: artifactHeaders['x-artifact-sha'],
        dirtyHash: artifactHeaders['x-artifact-dirty-hash'],
      },
      ffffffffffffffff: null,
    });
  });

  test.each(['', '{}', '{"hashes":["../x"]}'])('of %j is refused', async (body) => {
    expect((await call('POST', '', { body })).status).toBe(400);
  });
});

test('status is enabled', async () => {
  expect(await (await call('GET', '/status')).json()).toEqual({ status: 'enabled' });
});

test('events are counted', async () => {
  const event = { sessionId: 's', source: 'REMOTE', hash, duration: 5 };
  const events = [
    { ...event, event: 'HIT' },
    { ...event, event: 'HIT' },
    { ...event, event: 'MISS', duration: 0 },
  ];
  expect((await call('POST', '/events', { body: JSON.stringify(events) })).status).toBe(200);
  const statistics = await fetch(`${server.url}/api/stats`, { headers: { authorization: `Bearer ${writer}` } });
  const counts = { remoteHits: 2, localHits: 0, executed: 1, savedMs: 10, scope: 'main', project: '' };
  expect(await statistics.json()).toMatchObject({ tasks: [counts] });
  expect((await call('POST', '/events', { body: '{}' })).status).toBe(400);
});

test('the preflight lets turbo send its token, and no browser in', async () => {
  const answer = await fetch(`${server.url}/v8/artifacts/${hash}`, { method: 'OPTIONS' });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('access-control-allow-headers')?.split(', ')).toContain('authorization');
  expect(answer.headers.get('access-control-allow-origin')).toBeNull();
});
