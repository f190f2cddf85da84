import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { killReplica, startNginx, startReplicas, type Replicas } from './support/start-replicas.ts';

let names = 0;

/** A Turborepo hash that no other test uses. */
function newHash(): string {
  names += 1;
  return `${names}`.padStart(16, '0');
}

interface Artifact {
  readonly hash: string;
  readonly body: Uint8Array;
  readonly tag?: string;
}

async function put(url: string, token: string, { hash, body, tag }: Artifact): Promise<number> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/octet-stream',
    ...(tag === undefined ? {} : { 'x-artifact-tag': tag }),
  };
  const answer = await fetch(`${url}/v8/artifacts/${hash}`, { method: 'PUT', headers, body: Buffer.from(body) });
  await answer.arrayBuffer();
  return answer.status;
}

/** Null is a miss. */
async function get(url: string, token: string, hash: string): Promise<Buffer | null> {
  const answer = await fetch(`${url}/v8/artifacts/${hash}`, { headers: { authorization: `Bearer ${token}` } });
  const body = Buffer.from(await answer.arrayBuffer());
  if (answer.status === 404) return null;
  expect(answer.status).toBe(200);
  return body;
}

/** Each call goes to the next address. */
function roundRobin(urls: readonly string[]): () => string {
  let calls = 0;
  return () => urls[calls++ % urls.length]!;
}

/** What has to hold however requests find their way to the replicas. */
async function expectOneCache(replicas: Replicas, nextUrl: () => string): Promise<void> {
  const main = replicas.tokenOf('main');
  const bodies = new Map<string, Buffer>();
  for (const size of [0, 10_000, 300_000, 9_000_000]) {
    const hash = newHash();
    bodies.set(hash, randomBytes(size));
    expect(await put(nextUrl(), main, { hash, body: bodies.get(hash)! })).toBe(202);
    expect(await put(nextUrl(), main, { hash, body: randomBytes(100) })).toBe(409);
  }
  for (const [hash, body] of bodies) {
    for (let turn = 0; turn < 3; turn += 1) expect((await get(nextUrl(), main, hash))?.equals(body)).toBe(true);
  }
  await expectOneWinner(replicas, nextUrl);
  await expectScopes(replicas, nextUrl);
}

async function expectOneWinner(replicas: Replicas, nextUrl: () => string): Promise<void> {
  const main = replicas.tokenOf('main');
  for (let round = 0; round < 3; round += 1) {
    const hash = newHash();
    const bodies = Array.from({ length: 10 }, (_, index) => Buffer.alloc(200_000, `${index}`));
    const statuses = await Promise.all(bodies.map((body) => put(nextUrl(), main, { hash, body })));
    expect(statuses.filter((status) => status === 202)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409 || status === 507)).toHaveLength(9);
    const winner = bodies[statuses.indexOf(202)]!;
    for (let turn = 0; turn < 3; turn += 1) expect((await get(nextUrl(), main, hash))?.equals(winner)).toBe(true);
  }
}

async function expectScopes(replicas: Replicas, nextUrl: () => string): Promise<void> {
  const [main, one, two] = ['main', 'pr/1', 'pr/2'].map((scope) => replicas.tokenOf(scope)) as [string, string, string];
  const hash = newHash();
  const poison = Buffer.from('poison');
  const good = Buffer.from('good');
  // The pull request comes first, at the same time on every replica.
  await Promise.all(Array.from({ length: 6 }, () => put(nextUrl(), one, { hash, body: poison })));
  for (let turn = 0; turn < 3; turn += 1) {
    expect(await get(nextUrl(), main, hash)).toBeNull();
    expect(await get(nextUrl(), two, hash)).toBeNull();
    expect((await get(nextUrl(), one, hash))?.equals(poison)).toBe(true);
  }
  expect(await put(nextUrl(), main, { hash, body: good })).toBe(202);
  for (let turn = 0; turn < 3; turn += 1) {
    expect((await get(nextUrl(), main, hash))?.equals(good)).toBe(true);
    expect((await get(nextUrl(), two, hash))?.equals(good)).toBe(true);
    expect((await get(nextUrl(), one, hash))?.equals(poison)).toBe(true);
  }
  expect(await put(nextUrl(), replicas.tokenOf('main', 'read'), { hash: newHash(), body: good })).toBe(403);
}

test('three replicas over one bucket are one cache', async () => {
  const replicas = await startReplicas(3);
  expect(replicas.all).toHaveLength(3);
  await expectOneCache(replicas, roundRobin(replicas.all.map(({ url }) => url)));
});

test('three replicas behind nginx are one cache', async ({ skip }) => {
  const replicas = await startReplicas(3);
  const url = await startNginx(replicas.all);
  if (url === null) return skip('nginx is not installed');
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  await expectOneCache(replicas, () => url);
});

test('a replica that is killed in the middle of writes loses nothing that was answered', async () => {
  const replicas = await startReplicas(3);
  const main = replicas.tokenOf('main');
  const [first, ...others] = replicas.all;
  const stored = new Map<string, Buffer>();
  const writes = Array.from({ length: 24 }, async (_, index) => {
    const hash = newHash();
    const body = randomBytes(index % 4 === 0 ? 3_000_000 : 50_000);
    const { url } = replicas.all[index % 3]!;
    const status = await put(url, main, { hash, body }).catch(() => null);
    if (status === 202) stored.set(hash, body);
    return { hash, body, status };
  });
  // The first answer from anywhere is the sign that the others are under way.
  await Promise.race(writes);
  await killReplica(first!);
  const results = await Promise.all(writes);
  const next = roundRobin(others.map(({ url }) => url));
  for (const [hash, body] of stored) expect((await get(next(), main, hash))?.equals(body)).toBe(true);
  // What was cut off is whole or missing.
  for (const { hash, body } of results.filter(({ status }) => status === null)) {
    const found = await get(next(), main, hash);
    expect(found === null || found.equals(body)).toBe(true);
  }
  const hash = newHash();
  expect(await put(next(), main, { hash, body: Buffer.from('after') })).toBe(202);
});

test('turbo is sent to the bucket for large artifacts, and gets signed ones from the server', async () => {
  const replicas = await startReplicas(1, { args: ['--redirect-from', '100KB'] });
  const [{ url }] = replicas.all as [Replicas['all'][number]];
  const token = replicas.tokenOf('pr/1');
  const [large, small, signed] = [newHash(), newHash(), newHash()];
  const body = randomBytes(200_000);
  await put(url, token, { hash: large, body });
  await put(url, token, { hash: small, body: body.subarray(0, 1000) });
  await put(url, token, { hash: signed, body, tag: 'signature' });
  const ask = (hash: string) =>
    fetch(`${url}/v8/artifacts/${hash}`, { headers: { authorization: `Bearer ${token}` }, redirect: 'manual' });
  expect((await ask(small)).status).toBe(200);
  const fromServer = await ask(signed);
  expect([fromServer.status, fromServer.headers.get('x-artifact-tag')]).toEqual([200, 'signature']);
  await fromServer.arrayBuffer();
  const sent = await ask(large);
  expect(sent.status).toBe(302);
  const fetched = await fetch(sent.headers.get('location')!);
  expect(Buffer.from(await fetched.arrayBuffer()).equals(body)).toBe(true);
});
