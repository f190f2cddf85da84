import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rawRequest } from './testing/raw-request.ts';
import { startTestServer, type TestServer } from './testing/start-test-server.ts';

/** What a pull request could try so that `main` reads its bytes, by every protocol. */

let server: TestServer;
let main = '';
let pullRequest = '';
let otherPullRequest = '';
beforeAll(async () => {
  server = await startTestServer();
  main = await server.token('main', 'write');
  pullRequest = await server.token('pr/1', 'write');
  otherPullRequest = await server.token('pr/2', 'write');
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const protocols = [
  { name: 'larder', path: '/larder/v1/artifacts/', stored: 201, digits: 32 },
  { name: 'nx', path: '/v1/cache/', stored: 200, digits: 20 },
  { name: 'turborepo', path: '/v8/artifacts/', stored: 202, digits: 16 },
  { name: 'bazel', path: '/ac/', stored: 201, digits: 64 },
  { name: 'bazel instance', path: '/team/web/ac/', stored: 201, digits: 64 },
  { name: 'gradle', path: '/cache/', stored: 201, digits: 32 },
];

let names = 0;
function freshName(digits: number): string {
  names += 1;
  return String(names).padStart(digits, '0');
}

async function put(token: string, path: string, body: string, headers: Record<string, string> = {}): Promise<number> {
  const sha256 = createHash('sha256').update(body).digest('hex');
  const all = { authorization: `Bearer ${token}`, 'x-larder-sha256': sha256, ...headers };
  return (await rawRequest(server.url, path, { method: 'PUT', headers: all, body })).status;
}

async function get(token: string, path: string, headers: Record<string, string> = {}): Promise<string | number> {
  const answer = await rawRequest(server.url, path, { headers: { authorization: `Bearer ${token}`, ...headers } });
  return answer.status === 200 ? answer.body.toString() : answer.status;
}

describe.each(protocols)('$name', ({ path, stored, digits }) => {
  test('main never reads what a pull request wrote; the pull request does, others do not', async () => {
    const url = `${path}${freshName(digits)}`;
    expect(await put(pullRequest, url, 'poison')).toBe(stored);
    expect(await get(main, url)).toBe(404);
    expect(await get(otherPullRequest, url)).toBe(404);
    expect(await get(pullRequest, url)).toBe('poison');
  });

  test('a pull request that was first does not keep main from writing the same hash', async () => {
    const url = `${path}${freshName(digits)}`;
    await put(pullRequest, url, 'poison');
    expect(await put(main, url, 'good')).toBe(stored);
    expect(await get(main, url)).toBe('good');
    expect(await get(otherPullRequest, url)).toBe('good');
  });

  test('a pull request reads main, and cannot replace what main wrote', async () => {
    const url = `${path}${freshName(digits)}`;
    await put(main, url, 'good');
    expect(await get(pullRequest, url)).toBe('good');
    await put(pullRequest, url, 'poison');
    expect(await get(main, url)).toBe('good');
    expect(await get(otherPullRequest, url)).toBe('good');
  });

  test('neither query nor headers choose a scope', async () => {
    const url = `${path}${freshName(digits)}`;
    const wishes = { 'x-scope': 'main', 'x-larder-scope': 'main', cookie: 'scope=main', host: 'main' };
    await put(pullRequest, `${url}?scope=main&teamId=main&slug=main&namespace=main`, 'poison', wishes);
    expect(await get(main, url)).toBe(404);
    expect(await get(main, `${url}?scope=pr/1&teamId=pr/1&slug=pr/1`, { 'x-scope': 'pr/1' })).toBe(404);
  });

  test('writers of both scopes at the same moment each get their own', async () => {
    const url = `${path}${freshName(digits)}`;
    const tokens = [pullRequest, main, pullRequest, main, otherPullRequest];
    await Promise.all(tokens.map((token) => put(token, url, token === main ? 'good' : 'poison')));
    expect(await get(main, url)).toBe('good');
    expect(await get(pullRequest, url)).toBe('poison');
  });

  test('tenants share nothing, not even main, and no scope reaches into another tenant', async () => {
    const [acme, other] = [await server.token('acme@main', 'write'), await server.token('other@pr/1', 'write')];
    const url = `${path}${freshName(digits)}`;
    await put(acme, url, 'of acme');
    for (const token of [main, pullRequest, other]) expect(await get(token, url)).toBe(404);
    await put(main, url, 'good');
    expect([await get(acme, url), await get(other, url)]).toEqual(['of acme', 404]);
  });

  test.each([
    '../main/x',
    '..%2f..%2fx',
    '%2e%2e/%2e%2e/etc/passwd',
    'a/../../b',
    'a%00b',
    '.',
    '..',
    '',
    'a\\..\\b',
    'x'.repeat(5000),
    '__proto__/x',
    'ä',
  ])('the name %j is nobody’s', async (name) => {
    const url = `${path}${encodeURI(name).replaceAll('%25', '%')}`;
    expect([403, 404, 405]).toContain(await put(main, url, 'x'));
    expect(await get(main, url)).not.toBe('x');
  });
});

test.each([32, 64])(
  'bytes of one protocol are never served by another under the same name of %d digits',
  async (digits) => {
    const name = freshName(digits);
    const taking = protocols.filter(
      (each) => each.digits === digits || ['nx', 'turborepo', 'gradle'].includes(each.name),
    );
    for (const { path } of taking) {
      await put(main, `${path}${name}`, path);
      for (const other of taking) {
        const isServed = (await get(main, `${other.path}${name}`)) === path;
        expect(isServed).toBe(other.path === path);
      }
    }
  },
);

test('a token of a role that may only read writes by no protocol', async () => {
  const reader = await server.token('main', 'read');
  for (const { path, digits } of protocols) {
    const url = `${path}${freshName(digits)}`;
    expect([403, 413]).toContain(await put(reader, url, 'x'));
    expect(await get(main, url)).toBe(404);
  }
});

test('every write is in the audit log with who, what and where from, and no log holds a token', async () => {
  const name = freshName(20);
  await put(pullRequest, `/v1/cache/${name}`, 'hello');
  await put(pullRequest, `/v1/cache/${name}`, 'hello');
  const id = pullRequest.split('_')[1];
  const attempt = { by: id, from: '127.0.0.1', scope: 'pr/1', namespace: 'nx', name };
  expect(server.events).toContainEqual(expect.objectContaining({ type: 'entry-stored', sizeBytes: 5, ...attempt }));
  expect(server.events).toContainEqual(
    expect.objectContaining({ type: 'entry-refused', reason: 'exists', ...attempt }),
  );
  expect(JSON.stringify(server.events)).not.toContain(pullRequest.split('_').slice(2).join('_'));
});
