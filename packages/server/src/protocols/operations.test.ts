import { parseStatistics } from '@larder/protocol';
import { describe, expect, test } from 'vitest';
import { createRecorder } from '../server-event.ts';
import { defaultServerOptions } from '../server-options.ts';
import { serveStorage } from '../start-server.ts';
import type { Storage } from '../storage/storage.ts';
import { rawRequest } from '../testing/raw-request.ts';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';

async function get(server: { url: string }, path: string, token?: string, headers: Record<string, string> = {}) {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return await rawRequest(server.url, path, { headers: { ...authorization, ...headers } });
}

async function put(server: TestServer, token: string, hash: string, body: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'x-artifact-duration': '1500' };
  await rawRequest(server.url, `/v8/artifacts/${hash}`, { method: 'PUT', headers, body });
}

const hash = '0123456789abcdef';

describe('/metrics', () => {
  test('counts requests, hits, misses and bytes, and its text is what Prometheus reads', async () => {
    await using server = await startTestServer();
    const token = await server.token('main', 'write');
    await put(server, token, hash, 'hello');
    await get(server, `/v8/artifacts/${hash}`, token);
    await get(server, '/v8/artifacts/fedcba9876543210', token);
    await get(server, '/v8/artifacts/fedcba9876543210');
    const { body, headers } = await get(server, '/metrics', token);
    const lines = body.toString().trimEnd().split('\n');
    expect(headers['content-type']).toContain('version=0.0.4');
    for (const line of [
      'larder_http_requests_total{protocol="turborepo",route="artifact",method="GET",status="200"} 1',
      'larder_cache_reads_total{protocol="turborepo",result="hit"} 1',
      'larder_cache_reads_total{protocol="turborepo",result="miss"} 1',
      'larder_cache_sent_bytes_total{protocol="turborepo"} 5',
      'larder_cache_writes_total{protocol="turborepo",result="stored"} 1',
      'larder_access_refused_total{reason="no-credentials"} 1',
      'larder_http_request_duration_seconds_bucket{protocol="turborepo",route="artifact",le="+Inf"} 4',
      'larder_http_requests_in_flight 1',
      'larder_cache_entries{scopes="root"} 1',
      'larder_cache_entries{scopes="derived"} 0',
    ]) {
      expect(lines).toContain(line);
    }
    for (const line of lines)
      expect(line).toMatch(
        /^(# (HELP|TYPE) [a-z0-9_]+ .+|[a-z0-9_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+)$/,
      );
  });

  test('are for tokens of main without a tenant', async () => {
    await using server = await startTestServer({ auth: { kind: 'tokens', anonymousRead: true } });
    const status = async (token?: string) => (await get(server, '/metrics', token)).status;
    expect(await status()).toBe(401);
    expect(await status(await server.token('main', 'read'))).toBe(200);
    expect(await status(await server.token('pr/1', 'write'))).toBe(403);
    expect(await status(await server.token('acme@main', 'write'))).toBe(403);
  });

  test('where loopback is trusted, a proxy, a page or another name on it is not', async () => {
    await using server = await startTestServer({ trustsLoopback: true });
    const status = async (headers: Record<string, string>) =>
      (await get(server, '/metrics', undefined, headers)).status;
    expect(await status({})).toBe(200);
    for (const headers of [
      { 'x-forwarded-for': '1.2.3.4' },
      { via: '1.1 proxy' },
      { origin: 'https://evil.example' },
      { host: 'evil.example' },
    ]) {
      expect(await status(headers as unknown as Record<string, string>)).toBe(401);
    }
  });
});

describe('/api/stats', () => {
  async function statistics(server: TestServer, token: string, query = '') {
    return parseStatistics(JSON.parse((await get(server, `/api/stats${query}`, token)).body.toString()));
  }

  test('sums what the server saw and what clients reported, and survives a restart', async () => {
    await using server = await startTestServer();
    const token = await server.token('main', 'write');
    await put(server, token, hash, 'hello');
    await get(server, `/v8/artifacts/${hash}`, token);
    const task = { project: 'web', target: 'build', durationMs: 20, savedMs: 0 };
    const tasks = [
      { ...task, outcome: 'executed' },
      { ...task, outcome: 'restored-remote', savedMs: 300 },
    ];
    const headers = { authorization: `Bearer ${token}` };
    const body = JSON.stringify({ version: 1, tasks });
    expect((await rawRequest(server.url, '/larder/v1/events', { method: 'POST', headers, body })).status).toBe(204);
    await server.restart();
    await get(server, `/v8/artifacts/${hash}`, token);
    expect(await statistics(server, token)).toMatchObject({
      requests: [
        {
          tenant: null,
          scope: 'main',
          protocol: 'turborepo',
          hits: 2,
          misses: 0,
          sentBytes: 10,
          savedMs: 3000,
          stored: 1,
          storedBytes: 5,
        },
      ],
      tasks: [
        { scope: 'main', project: 'web', target: 'build', executed: 1, executionMs: 20, remoteHits: 1, savedMs: 300 },
      ],
    });
  });

  test('a tenant sees itself, a pull request its own, and nobody without a token anything', async () => {
    await using server = await startTestServer({ auth: { kind: 'tokens', anonymousRead: true } });
    const names = ['main', 'pr/1', 'acme@main', 'acme@pr/1'];
    const tokens = new Map<string, string>();
    for (const name of names) tokens.set(name, await server.token(name, 'write'));
    for (const token of tokens.values()) await get(server, `/v8/artifacts/${hash}`, token);
    const seen = async (name: string) =>
      (await statistics(server, tokens.get(name)!))?.requests.map(({ tenant, scope }) =>
        tenant === null ? scope : `${tenant}@${scope}`,
      );
    expect(await seen('main')).toEqual(['main', 'pr/1']);
    expect(await seen('acme@main')).toEqual(['acme@main', 'acme@pr/1']);
    expect(await seen('acme@pr/1')).toEqual(['acme@pr/1']);
    expect((await get(server, '/api/stats')).status).toBe(401);
    expect((await get(server, '/api/stats?days=0', tokens.get('main'))).status).toBe(400);
  });

  test('days beyond the retention go', async () => {
    const dayMs = 86_400_000;
    let now = Date.UTC(2026, 0, 1);
    await using server = await startTestServer({ statisticsDays: 2, epochMs: () => now });
    const token = await server.token('main', 'write');
    const hits: (number | undefined)[] = [];
    for (let day = 0; day < 4; day += 1) {
      await get(server, `/v8/artifacts/${hash}`, token);
      hits.push((await statistics(server, token, '?days=30'))?.requests[0]?.misses);
      now += dayMs;
    }
    expect(hits).toEqual([1, 2, 2, 2]);
  });
});

test('/readyz is 503 when the storage fails or hangs, while /healthz is 200', async () => {
  for (const method of [() => Promise.reject(new Error('on fire')), () => new Promise<never>(() => {})]) {
    const storage: Storage = {
      head: method,
      read: method,
      write: method,
      delete: method,
      list: () => ({ [Symbol.asyncIterator]: () => ({ next: method }) }),
      close: async () => {},
    };
    await using home = await startTestServer();
    const options = { ...defaultServerOptions, storageDirectory: home.directory, onEvent: () => {} };
    const server = await serveStorage(
      options,
      storage,
      createRecorder(() => {}, Date.now),
    );
    expect([(await get(server, '/readyz')).status, (await get(server, '/healthz')).status]).toEqual([503, 200]);
    expect((await get(home, '/readyz')).status).toBe(200);
    await server.close();
  }
});
