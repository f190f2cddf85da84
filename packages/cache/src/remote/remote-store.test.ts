import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { ArtifactStore } from '@larder/core';
import { describe, expect, test } from 'vitest';
import { describeBody, end, startCacheServer, type CacheServer } from '../fixtures/cache-server.ts';
import { startProxy } from '../fixtures/proxy.ts';
import { readAll, sourceOf, testStoreContract } from '../fixtures/store-contract.ts';
import { hashNamed } from '../fixtures/tasks.ts';
import { neverAborted } from '../fixtures/test-cache.ts';
import { createRemoteStore, type RemoteStoreOptions } from './remote-store.ts';

interface Connected extends AsyncDisposable {
  readonly server: CacheServer;
  readonly store: ArtifactStore;
  /** Waits that the store asked for, instead of waiting. */
  readonly waits: number[];
}

async function connect(options: Partial<RemoteStoreOptions> = {}): Promise<Connected> {
  const server = await startCacheServer();
  const waits: number[] = [];
  const pacing = {
    random: () => 0.5,
    sleep: async (delayMs: number) => {
      waits.push(delayMs);
    },
  };
  const store = createRemoteStore({
    url: server.url,
    token: 'secret',
    timeoutMs: 5000,
    log: () => {},
    pacing,
    ...options,
  });
  return {
    server,
    store,
    waits,
    [Symbol.asyncDispose]: async () => {
      await store.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

describe('as every store', () => {
  testStoreContract(connect);
});

describe('as every store, through a proxy', () => {
  testStoreContract(async () => {
    const proxy = await startProxy();
    const connected = await connect({ env: { HTTP_PROXY: proxy.url } });
    return {
      store: connected.store,
      [Symbol.asyncDispose]: async () => {
        await connected[Symbol.asyncDispose]();
        await proxy[Symbol.asyncDispose]();
      },
    };
  });
});

const hash = hashNamed('a');
const body = randomBytes(300_000);

async function download(store: ArtifactStore): Promise<Buffer | null> {
  const entry = await store.read(hash, neverAborted);
  return entry === null ? null : await readAll(entry.body);
}

const head = (store: ArtifactStore): Promise<unknown> => store.head(hash, neverAborted);
test('an upload says how long the execution took, where that is known', async () => {
  await using connected = await connect();
  const { server, store } = connected;
  const told: unknown[] = [];
  server.intercept = (request) => {
    told.push(request.headers['x-larder-execution-ms']);
    return false;
  };
  await store.write(hash, { ...sourceOf(body), executionMs: 1234.5 }, neverAborted);
  await store.write(hashNamed('b'), sourceOf(body), neverAborted);
  expect(told).toEqual(['1235', undefined]);
});

const upload = (store: ArtifactStore): Promise<unknown> => store.write(hash, sourceOf(body), neverAborted);

describe('answers become troubles', () => {
  test.each([
    [401, 'remote-unauthorized'],
    [403, 'remote-forbidden'],
    [413, 'remote-too-large'],
    [422, 'remote-error'],
    [500, 'remote-error'],
    [507, 'remote-error'],
    [204, 'remote-error'],
  ])('%i is %s, without a second attempt', async (status, code) => {
    for (const request of [head, download, upload]) {
      await using connected = await connect();
      connected.server.intercept = (incoming, response) => {
        incoming.resume();
        end(response, status);
        return true;
      };
      await expect(request(connected.store)).rejects.toMatchObject({ name: 'StoreError', code });
      expect(connected.server.requests).toHaveLength(1);
    }
  });

  test('an upload that the server refuses before it has read it', async () => {
    await using connected = await connect();
    connected.server.intercept = (_request, response) => {
      end(response, 413, { connection: 'close' });
      return true;
    };
    const large = sourceOf(Buffer.alloc(20_000_000));
    const writing = connected.store.write(hash, large, neverAborted);
    await expect(writing).rejects.toMatchObject({ code: 'remote-too-large' });
  });

  test('a redirect is not followed, so the token stays with the configured server', async () => {
    await using connected = await connect();
    await using elsewhere = await startCacheServer();
    connected.server.intercept = (_request, response) => {
      end(response, 307, { location: elsewhere.url });
      return true;
    };
    await expect(download(connected.store)).rejects.toMatchObject({ code: 'remote-error' });
    expect(elsewhere.requests).toEqual([]);
  });

  test('what the server has to say is in the detail', async () => {
    await using connected = await connect();
    connected.server.intercept = (_request, response) => {
      response.writeHead(403, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { code: 'forbidden', message: 'the token may only read' } }));
      return true;
    };
    await expect(download(connected.store)).rejects.toThrow('the server answered 403: the token may only read');
  });

  test('a server that is not there', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, 'close');
    await using connected = await connect({ url: `http://127.0.0.1:${port}` });
    await expect(head(connected.store)).rejects.toMatchObject({ code: 'remote-unreachable' });
  });

  test('a URL that is none, and a token that no header can hold', async () => {
    await using nonsense = await connect({ url: 'nonsense' });
    await expect(head(nonsense.store)).rejects.toMatchObject({ name: 'StoreError' });
    await using broken = await connect({ token: 'a\nb' });
    await expect(head(broken.store)).rejects.toMatchObject({ name: 'StoreError' });
  });

  test('a server that speaks no HTTP', async () => {
    const server = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    await using connected = await connect({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    await expect(head(connected.store)).rejects.toMatchObject({ name: 'StoreError' });
    server.close();
  });
});

describe('slow servers run into the timeout', () => {
  test('one that never answers', async () => {
    await using connected = await connect({ timeoutMs: 60 });
    connected.server.intercept = () => true;
    await expect(head(connected.store)).rejects.toMatchObject({ code: 'remote-timeout' });
    expect(connected.server.requests).toHaveLength(1);
  });

  test('one that stops in the middle of a body', async () => {
    await using connected = await connect({ timeoutMs: 60 });
    connected.server.intercept = (_request, response) => {
      response.writeHead(200, describeBody(body));
      response.write(body.subarray(0, 1000));
      return true;
    };
    await expect(download(connected.store)).rejects.toMatchObject({ code: 'remote-timeout' });
  });

  test('one that drips', async () => {
    await using connected = await connect({ timeoutMs: 60 });
    let dripping: NodeJS.Timeout | undefined;
    connected.server.intercept = (_request, response) => {
      response.writeHead(200, describeBody(body));
      dripping = setInterval(() => response.write('x'), 10);
      return true;
    };
    await expect(download(connected.store)).rejects.toMatchObject({ code: 'remote-timeout' });
    clearInterval(dripping);
  });

  test('one that does not take an upload', async () => {
    await using connected = await connect({ timeoutMs: 60 });
    connected.server.intercept = (request) => {
      request.pause();
      return true;
    };
    const large = sourceOf(Buffer.alloc(20_000_000));
    await expect(connected.store.write(hash, large, neverAborted)).rejects.toMatchObject({ code: 'remote-timeout' });
  });
});

describe('bodies that are not what was announced', () => {
  test.each([
    [
      'a digest of other bytes',
      { ...describeBody(body), 'x-larder-sha256': '0'.repeat(64) },
      'remote-invalid-artifact',
    ],
    ['no length', { 'x-larder-sha256': describeBody(body)['x-larder-sha256'] as string }, 'remote-error'],
  ])('%s', async (_name, headers, code) => {
    await using connected = await connect();
    connected.server.intercept = (_request, response) => {
      response.writeHead(200, headers);
      response.end(body);
      return true;
    };
    await expect(download(connected.store)).rejects.toMatchObject({ name: 'StoreError', code });
  });

  test('an artifact over the limit is neither read nor written', async () => {
    await using connected = await connect({ maxArtifactBytes: 1000 });
    connected.server.entries.set(hash, body);
    await expect(download(connected.store)).rejects.toMatchObject({ code: 'remote-too-large' });
    await expect(upload(connected.store)).rejects.toMatchObject({ code: 'remote-too-large' });
    expect(connected.server.requests).toEqual(['GET']);
  });
});

describe('what a moment later may succeed is tried again', () => {
  test.each([[429], [502], [503], [504]])('%i, with a random share of a growing bound', async (status) => {
    await using connected = await connect();
    const { server, store, waits } = connected;
    server.entries.set(hash, body);
    server.intercept = (_request, response) => {
      if (server.requests.length > 2) return false;
      end(response, status);
      return true;
    };
    expect((await download(store))?.equals(body)).toBe(true);
    expect(waits).toEqual([50, 100]);
  });

  test('never more than three attempts', async () => {
    await using connected = await connect();
    connected.server.intercept = (_request, response) => {
      end(response, 503);
      return true;
    };
    await expect(head(connected.store)).rejects.toMatchObject({ code: 'remote-error' });
    expect(connected.server.requests).toHaveLength(3);
  });

  test('after the time that the server asked for, unless that is too long', async () => {
    await using connected = await connect();
    const { server, store, waits } = connected;
    let retryAfter = '2';
    server.intercept = (_request, response) => {
      end(response, 429, { 'retry-after': retryAfter });
      return true;
    };
    await expect(head(store)).rejects.toMatchObject({ code: 'remote-error' });
    expect(waits).toEqual([2050, 2100]);
    retryAfter = '3600';
    await expect(head(store)).rejects.toMatchObject({ code: 'remote-error' });
    expect(waits).toHaveLength(2);
  });

  test('a connection that breaks before the answer', async () => {
    await using connected = await connect();
    const { server, store } = connected;
    server.intercept = (request) => {
      if (server.requests.length > 1) return false;
      request.socket.destroy();
      return true;
    };
    expect(await store.write(hash, sourceOf(body), neverAborted)).toBe('stored');
    expect(server.entries.get(hash)?.equals(body)).toBe(true);
  });

  test('a connection that breaks within the body: every byte is given once', async () => {
    await using connected = await connect();
    const { server, store } = connected;
    server.entries.set(hash, body);
    server.intercept = (request, response) => {
      if (server.requests.length > 2) return false;
      response.writeHead(200, describeBody(body));
      response.write(body.subarray(0, 100_000 * server.requests.length), () => request.socket.destroy());
      return true;
    };
    expect((await download(store))?.equals(body)).toBe(true);
    expect(server.requests).toEqual(['GET', 'GET', 'GET']);
  });

  test('a download that broke off goes on where it was, with a server that can', async () => {
    await using connected = await connect();
    const { server, store } = connected;
    const ranges: unknown[] = [];
    let sent = 0;
    server.intercept = ({ headers: { range }, socket }, response) => {
      ranges.push(range);
      const from = range === undefined ? 0 : Number(/^bytes=(\d+)-$/.exec(range)?.[1]);
      const part = body.subarray(from, server.requests.length > 2 ? undefined : from + 100_000);
      const headers = { ...describeBody(body), 'content-length': body.length - from };
      const contentRange = { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` };
      response.writeHead(from === 0 ? 200 : 206, from === 0 ? headers : { ...headers, ...contentRange });
      sent += part.length;
      response.write(part, () => (server.requests.length > 2 ? response.end() : setImmediate(() => socket.destroy())));
      return true;
    };
    expect((await download(store))?.equals(body)).toBe(true);
    expect(ranges[0]).toBe(undefined);
    expect(ranges.slice(1)).toEqual([
      expect.stringMatching(/^bytes=[1-9]\d*-$/),
      expect.stringMatching(/^bytes=[1-9]\d*-$/),
    ]);
    expect(sent).toBeLessThan(body.length + 200_000);
  });

  test.each([['bytes 299999-299999/300000'], ['bytes 0-99/100'], ['bytes */300000'], ['']])(
    'a part that is not the one that was asked for is refused: %j',
    async (contentRange) => {
      await using connected = await connect();
      const { server, store } = connected;
      server.intercept = (request, response) => {
        const isFirst = server.requests.length === 1;
        response.writeHead(isFirst ? 200 : 206, { ...describeBody(body), 'content-range': contentRange });
        response.write(body.subarray(0, 1000), () => setImmediate(() => request.socket.destroy()));
        return true;
      };
      await expect(download(store)).rejects.toMatchObject({ name: 'StoreError' });
    },
  );

  test('a body that became another one meanwhile is not mixed with the first', async () => {
    await using connected = await connect();
    const { server, store } = connected;
    server.entries.set(hash, randomBytes(300_000));
    server.intercept = (request, response) => {
      if (server.requests.length > 1) return false;
      response.writeHead(200, describeBody(body));
      response.write(body.subarray(0, 100_000), () => request.socket.destroy());
      return true;
    };
    await expect(download(store)).rejects.toThrow('changed while it was read');
  });

  test('no new attempt is made after an abort', async () => {
    const controller = new AbortController();
    const sleep = async (): Promise<void> => controller.abort(new Error('stopped'));
    await using connected = await connect({ pacing: { sleep, random: Math.random } });
    connected.server.intercept = (_request, response) => {
      end(response, 503);
      return true;
    };
    await expect(connected.store.head(hash, controller.signal)).rejects.toThrow('stopped');
    expect(connected.server.requests).toHaveLength(1);
  });
});

describe('the circuit opens', () => {
  function answerAlways(server: CacheServer, status: number): void {
    server.intercept = (request, response) => {
      request.resume();
      end(response, status);
      return true;
    };
  }

  test('after three failures in a row, for good', async () => {
    await using connected = await connect();
    const { server, store } = connected;
    answerAlways(server, 500);
    for (let count = 0; count < 3; count += 1)
      await expect(head(store)).rejects.toMatchObject({ code: 'remote-error' });
    server.intercept = () => false;
    await expect(head(store)).rejects.toMatchObject({ code: 'remote-circuit-open' });
    await expect(download(store)).rejects.toMatchObject({ code: 'remote-circuit-open' });
    expect(server.requests).toHaveLength(3);
  });

  test('not while failures alternate with successes, and not for artifacts that the server does not want', async () => {
    await using connected = await connect();
    const { server, store } = connected;
    for (let count = 0; count < 4; count += 1) {
      answerAlways(server, 500);
      await expect(head(store)).rejects.toMatchObject({ code: 'remote-error' });
      server.intercept = () => false;
      expect(await head(store)).toBeNull();
    }
    answerAlways(server, 413);
    for (let count = 0; count < 5; count += 1)
      await expect(upload(store)).rejects.toMatchObject({ code: 'remote-too-large' });
  });

  test('for everything at once when the token is wrong', async () => {
    await using connected = await connect({ token: 'wrong' });
    await expect(upload(connected.store)).rejects.toMatchObject({ code: 'remote-unauthorized' });
    await expect(head(connected.store)).rejects.toMatchObject({ code: 'remote-circuit-open' });
  });

  test('for writes alone when the token may only read', async () => {
    await using connected = await connect();
    const { server, store } = connected;
    server.entries.set(hash, body);
    answerAlways(server, 403);
    await expect(upload(store)).rejects.toMatchObject({ code: 'remote-forbidden' });
    server.intercept = () => false;
    await expect(upload(store)).rejects.toMatchObject({ code: 'remote-circuit-open' });
    expect((await download(store))?.equals(body)).toBe(true);
  });
});
