import { once } from 'node:events';
import { readdir, readlink } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { revokeToken } from './identity/token-files.ts';
import { defaultServerOptions, type ServerOptions } from './server-options.ts';
import { startServer } from './start-server.ts';
import { rawRequest } from './testing/raw-request.ts';
import { startTestServer, type TestServer } from './testing/start-test-server.ts';

const { timeouts } = defaultServerOptions;
const impatient: Partial<ServerOptions> = {
  timeouts: {
    ...timeouts,
    headersMs: 100,
    requestMs: 100_000,
    idleMs: 100,
    keepAliveMs: 100,
    checkEveryMs: 20,
    drainMs: 100_000,
  },
};

/** Where a process can see which files it holds open. */
const hasProc = process.platform === 'linux';

function openSocket(server: TestServer): Socket {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  return socket;
}

async function putHead(server: TestServer, contentLength: number): Promise<string> {
  const token = await server.token('main', 'write');
  const head = ['PUT /v1/cache/1 HTTP/1.1', 'host: x', `authorization: Bearer ${token}`];
  return [...head, `content-length: ${contentLength}`, '', ''].join('\r\n');
}

/** An upload that the server is known to be receiving: it has asked for the body. */
async function beginUpload(server: TestServer, contentLength: number): Promise<Socket> {
  const socket = openSocket(server);
  socket.write((await putHead(server, contentLength)).replace('host: x', 'host: x\r\nexpect: 100-continue'));
  await once(socket, 'data');
  return socket;
}

async function partialFiles(server: TestServer): Promise<string[]> {
  return await readdir(join(server.directory, 'partial'));
}

async function openEntryFiles(server: TestServer): Promise<string[]> {
  const descriptors = await readdir('/proc/self/fd');
  const targets = await Promise.all(descriptors.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return targets.filter((target) => target.startsWith(server.directory));
}

async function put(server: TestServer, name: string, body: string): Promise<number> {
  const headers = { authorization: `Bearer ${await server.token('main', 'write')}` };
  return (await rawRequest(server.url, `/v1/cache/${name}`, { method: 'PUT', headers, body })).status;
}

async function get(server: TestServer, name: string): Promise<string | number> {
  const headers = { authorization: `Bearer ${await server.token('main', 'read')}` };
  const answer = await rawRequest(server.url, `/v1/cache/${name}`, { headers });
  return answer.status === 200 ? answer.body.toString() : answer.status;
}

describe('slow and broken clients', () => {
  test('a head that never ends is cut off', async () => {
    const patientOtherwise = { ...timeouts, headersMs: 100, checkEveryMs: 20 };
    await using server = await startTestServer({ timeouts: patientOtherwise });
    const socket = openSocket(server);
    socket.write('GET /healthz HTTP/1.1\r\nx: ');
    expect(await text(socket)).toMatch(/^HTTP\/1.1 408/);
  });

  test('a body that stops coming is cut off and leaves nothing', async () => {
    await using server = await startTestServer(impatient);
    const socket = openSocket(server);
    socket.write(`${await putHead(server, 1000)}half`);
    await text(socket);
    await server.waitFor('entry-refused');
    expect(await partialFiles(server)).toEqual([]);
    expect(await get(server, '1')).toBe(404);
  });

  test('an upload that is aborted leaves nothing, and the hash can be written afterwards', async () => {
    await using server = await startTestServer();
    const socket = openSocket(server);
    socket.write(`${await putHead(server, 2_000_000)}${'x'.repeat(1_000_000)}`, () => socket.destroy());
    expect(await server.waitFor('entry-refused')).toMatchObject({ reason: 'broken-off' });
    expect(await partialFiles(server)).toEqual([]);
    expect(await put(server, '1', 'hello')).toBe(200);
  });

  test.runIf(hasProc)('a reader that stops reading is cut off and holds no file open', async () => {
    await using server = await startTestServer();
    await put(server, '2', 'x'.repeat(20_000_000));
    await server.restart(impatient);
    const socket = openSocket(server);
    socket.pause();
    const token = await server.token('main', 'read');
    socket.write(`GET /v1/cache/2 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n\r\n`);
    await once(socket, 'readable');
    // Closing waits for the reader, and the time for draining is longer than this test.
    await server.close();
    socket.destroy();
    await once(socket, 'close');
    expect(await openEntryFiles(server)).toEqual([]);
  });

  test.runIf(hasProc)('readers that go away in the middle release their files', async () => {
    await using server = await startTestServer();
    await put(server, '3', 'x'.repeat(20_000_000));
    const token = await server.token('main', 'read');
    for (let reader = 0; reader < 20; reader += 1) {
      const socket = openSocket(server);
      socket.write(`GET /v1/cache/3 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n\r\n`);
      await once(socket, 'data');
      socket.destroy();
    }
    await server.close();
    expect(await openEntryFiles(server)).toEqual([]);
  });

  test.each([
    '\0\0\0\r\n\r\n',
    'GET\r\n\r\n',
    'GET / HTTP/1.1\r\n\r\n',
    'PUT /v1/cache/1 HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n',
  ])('the bytes %j get a 400', async (bytes) => {
    await using server = await startTestServer();
    const socket = openSocket(server);
    socket.end(bytes);
    expect(await text(socket)).toMatch(/^HTTP\/1.1 400/);
    expect((await rawRequest(server.url, '/healthz')).status).toBe(200);
  });

  test('one connection serves on after an upload that was refused in the middle', async () => {
    await using server = await startTestServer({ maxArtifactBytes: 100_000 });
    const socket = openSocket(server);
    const head = (await putHead(server, 0)).replace('content-length: 0', 'transfer-encoding: chunked');
    const chunk = `${(50_000).toString(16)}\r\n${'x'.repeat(50_000)}\r\n`;
    socket.write(`${head}${chunk.repeat(10)}0\r\n\r\n`);
    socket.end('GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    const answers = await text(socket);
    expect(answers.match(/^HTTP\/1.1 \d+/gm)).toEqual(['HTTP/1.1 403', 'HTTP/1.1 200']);
  });

  test('connections over the limit are closed', async () => {
    await using server = await startTestServer({ maxConnections: 1 });
    const first = openSocket(server);
    await once(first, 'connect');
    expect(await text(openSocket(server))).toBe('');
    first.destroy();
  });
});

describe('expect: 100-continue', () => {
  async function putExpecting(server: TestServer, authorization: string): Promise<string> {
    const socket = openSocket(server);
    const head = ['PUT /v1/cache/9 HTTP/1.1', 'host: x', `authorization: ${authorization}`];
    socket.write([...head, 'content-length: 5', 'expect: 100-continue', 'connection: close', '', ''].join('\r\n'));
    const [first] = (await once(socket, 'data')) as [Buffer];
    if (first.toString().startsWith('HTTP/1.1 100')) socket.write('hello');
    return first.toString() + (await text(socket));
  }

  test('the body is asked for only when it will be taken', async () => {
    await using server = await startTestServer();
    const token = await server.token('main', 'write');
    expect(await putExpecting(server, `Bearer ${token}`)).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200/);
    expect(await putExpecting(server, `Bearer ${token}`)).toMatch(/^HTTP\/1.1 409/);
    expect(await putExpecting(server, 'Bearer wrong')).toMatch(/^HTTP\/1.1 403/);
  });
});

describe('life of a server', () => {
  test('entries and tokens outlive a restart', async () => {
    await using server = await startTestServer();
    await put(server, '1', 'hello');
    await server.restart();
    expect(await get(server, '1')).toBe('hello');
  });

  test('a request that is under way ends before the server does', async () => {
    await using server = await startTestServer();
    const socket = await beginUpload(server, 10);
    socket.write('hello');
    const answered = text(socket);
    const closed = server.close();
    socket.write('hello');
    expect(await answered).toMatch(/^HTTP\/1.1 200 OK\r\n(.*\r\n)*connection: close\r\n/i);
    await closed;
    await server.restart();
    expect(await get(server, '1')).toBe('hellohello');
  });

  test('a request that does not end is cut off when the time for draining is over', async () => {
    await using server = await startTestServer({ timeouts: { ...timeouts, drainMs: 50 } });
    await beginUpload(server, 10);
    await server.close();
    expect(await partialFiles(server)).toEqual([]);
  });

  test('revoking and expiry count for a running server', async () => {
    let now = Date.now();
    await using server = await startTestServer({ epochMs: () => now });
    const token = await server.token('main', 'read', now + 1000);
    const status = async () => {
      const headers = { authorization: `Bearer ${token}` };
      return (await rawRequest(server.url, '/v8/artifacts/status', { headers })).status;
    };
    expect(await status()).toBe(200);
    now += 1000;
    expect(await status()).toBe(401);
    now -= 1000;
    expect(await status()).toBe(200);
    await revokeToken(server.directory, token.split('_')[1] ?? '', now);
    expect(await status()).toBe(401);
  });

  test('a port that is taken is said in words', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await using server = await startTestServer();
    const options = { ...defaultServerOptions, storageDirectory: server.directory, port, onEvent: () => {} };
    await expect(startServer(options)).rejects.toThrow(`port ${port}: another program uses that port.`);
    taken.close();
  });

  test('a sink that throws does not stop the server', async () => {
    await using server = await startTestServer({
      onEvent: () => {
        throw new Error('the log is full');
      },
    });
    expect(await put(server, '1', 'hello')).toBe(200);
  });
});

describe('who is let in', () => {
  test('a server without tokens says so and lets nobody in', async () => {
    await using server = await startTestServer();
    expect(server.events.map((event) => event.type)).toContain('tokens-missing');
    expect((await rawRequest(server.url, '/v8/artifacts/status')).status).toBe(401);
  });

  test('anonymous readers are let in when that is switched on, and never write', async () => {
    await using server = await startTestServer({ auth: { kind: 'tokens', anonymousRead: true } });
    await put(server, '1', 'hello');
    expect((await rawRequest(server.url, '/v1/cache/1')).body.toString()).toBe('hello');
    expect((await rawRequest(server.url, '/v1/cache/2', { method: 'PUT', body: 'x' })).status).toBe(403);
  });

  test('a server without authentication serves loopback names alone', async () => {
    await using server = await startTestServer({ auth: { kind: 'none' } });
    expect((await rawRequest(server.url, '/v1/cache/1', { method: 'PUT', body: 'x' })).status).toBe(200);
    const rebound = { headers: { host: 'evil.example' } };
    expect((await rawRequest(server.url, '/v1/cache/1', rebound)).status).toBe(403);
  });

  test('a server without authentication does not listen to the network', async () => {
    const open = startTestServer({ auth: { kind: 'none' }, host: '0.0.0.0' });
    await expect(open).rejects.toThrow('must not listen on 0.0.0.0');
  });
});

describe('paths', () => {
  test.each(['/', '/unknown', '/v1', '/v1/cache', '/larder/v1/artifacts', '*', '/healthz/x'])(
    '%s is 404',
    async (path) => {
      await using server = await startTestServer();
      expect((await rawRequest(server.url, path)).status).toBe(404);
    },
  );

  test('the absolute form of a proxy is understood', async () => {
    await using server = await startTestServer();
    expect((await rawRequest(server.url, 'http://cache.example//healthz?x')).status).toBe(200);
  });

  test('methods that are names of every object are no routes', async () => {
    await using server = await startTestServer();
    const socket = openSocket(server);
    socket.end('PATCH /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    expect((await buffer(socket)).toString()).toMatch(/^HTTP\/1.1 405/);
  });
});
