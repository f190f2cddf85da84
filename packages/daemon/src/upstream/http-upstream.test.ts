import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import type { Entry, EntryKey } from '../entries/entry.ts';
import { createHttpUpstream, type HttpUpstreamOptions } from './http-upstream.ts';

const key: EntryKey = { protocol: 'nx', hash: '42' };
const never = new AbortController().signal;

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

async function listen(listener: Listener) {
  const server = createServer((request, response) => void listener(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function upstreamTo(url: string, options: Partial<HttpUpstreamOptions> = {}) {
  const upstream = createHttpUpstream({
    url,
    token: 'secret',
    identity: null,
    timeoutMs: 500,
    connections: 4,
    maxBytesPerSecond: null,
    caFileAbsolute: null,
    env: {},
    downloadMs: 5_000,
    uploadMs: 5_000,
    ...options,
  });
  onTestFinished(() => upstream.close());
  return upstream;
}

async function readAll(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function entryOf(text: string): Entry {
  const bytes = Buffer.from(text);
  return {
    sizeBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    attributes: {},
    fileAbsolute: '/nowhere',
    open: () => Readable.from([bytes]),
  };
}

test('an artifact is stored and read at the address of its protocol, with the token', async () => {
  const kept = new Map<string, Buffer>();
  const tokens = new Set<string>();
  const { url } = await listen(async (request, response) => {
    tokens.add(request.headers.authorization ?? 'none');
    const path = request.url ?? '';
    if (request.method === 'PUT') {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      kept.set(path, Buffer.concat(chunks));
      return void response.writeHead(202).end();
    }
    const found = kept.get(path);
    response.writeHead(found === undefined ? 404 : 200).end(found);
  });
  const upstream = upstreamTo(`${url}/prefix`);
  expect(await upstream.read(key, never)).toBeNull();
  await upstream.write(key, entryOf('artifact'), never);
  expect([...kept.keys()]).toEqual(['/prefix/v1/cache/42']);
  const found = await upstream.read(key, never);
  expect(await readAll(found!.body)).toBe('artifact');
  expect([...tokens]).toEqual(['Bearer secret']);
});

test.each<[string, number, Listener]>([
  ['direction', 401, (_, response) => void response.writeHead(401).end('no')],
  ['direction', 403, (_, response) => void response.writeHead(403).end('no')],
  ['direction', 507, (_, response) => void response.writeHead(507).end('full')],
  ['server', 500, (_, response) => void response.writeHead(500).end('no')],
  ['request', 413, (_, response) => void response.writeHead(413).end('no')],
])('a trouble reaches as far as the %s where the server answers %i', async (reach, status, listener) => {
  const { url } = await listen(listener);
  await expect(upstreamTo(url).read(key, never)).rejects.toMatchObject({
    reach,
    message: expect.stringContaining(`the server answered ${status}`),
  });
});

test('a silent server is given up after the timeout', async () => {
  const { url } = await listen(() => {});
  await expect(upstreamTo(url, { timeoutMs: 50 }).read(key, never)).rejects.toMatchObject({ reach: 'silent' });
});

test('a body that ends early is no artifact', async () => {
  const { url } = await listen((_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('x', () => response.destroy());
  });
  const found = await upstreamTo(url).read(key, never);
  await expect(readAll(found!.body)).rejects.toMatchObject({ reach: 'server' });
});

test('a connection that the server closed meanwhile is opened again', async () => {
  let requests = 0;
  const { url } = await listen((request, response) => {
    requests += 1;
    if (requests === 1) request.socket.destroy();
    else response.end('artifact');
  });
  expect((await upstreamTo(url).read(key, never))?.sizeBytes).toBe(8);
});

test('a job without a token acts under its identity, by way of the proxy', async () => {
  const seen: string[] = [];
  const proxy = await listen((request, response) => {
    seen.push(`${request.url} ${request.headers.authorization}`);
    if (request.url?.endsWith('/larder/v1/token') !== true) return void response.writeHead(404).end();
    response.end(
      JSON.stringify({ token: 'granted', expiresAtEpochMs: Date.now() + 3_600_000, scope: 'main', access: 'write' }),
    );
  });
  const identity = { kind: 'given', idToken: 'job' } as const;
  const upstream = upstreamTo('http://cache.invalid', { token: null, identity, env: { HTTP_PROXY: proxy.url } });
  expect(await upstream.read(key, never)).toBeNull();
  expect(seen).toEqual([
    'http://cache.invalid/larder/v1/token Bearer job',
    'http://cache.invalid/v1/cache/42 Bearer granted',
  ]);
});
