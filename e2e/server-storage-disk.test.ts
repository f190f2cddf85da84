import { execFileSync } from 'node:child_process';
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { encodeFooter } from '../packages/server/src/storage/entry-footer.ts';
import { entriesFolder, entryPath } from '../packages/server/src/storage/entry-path.ts';
import type { EntryKey } from '../packages/server/src/storage/storage.ts';
import { makeFolder } from './support/make-workspace.ts';
import { larderServer, startTool } from './support/run-larder.ts';

interface Server {
  readonly url: string;
  readonly startedInMs: number;
  readonly kill: () => Promise<void>;
}

async function startServer(storage: string, args: readonly string[] = []): Promise<Server> {
  const startedAt = performance.now();
  const child = startTool('larder-server', storage, ['--no-auth', '--port', '0', '--storage', storage, ...args], {});
  child.stderr?.resume();
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  const startedInMs = performance.now() - startedAt;
  const kill = async (): Promise<void> => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  return { url: line.replace('listening on ', ''), startedInMs, kill };
}

function nameOf(index: number): string {
  return index.toString(16).padStart(32, '0');
}

function sha256(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}

/** Null where the connection broke. */
async function put(url: string, name: string, body: Uint8Array): Promise<number | null> {
  try {
    const headers = { 'x-larder-sha256': sha256(body) };
    const answer = await fetch(`${url}/larder/v1/artifacts/${name}`, {
      method: 'PUT',
      headers,
      body: Buffer.from(body),
    });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return null;
  }
}

/** Whoever reads an entry gets its bytes, or a miss. */
async function get(url: string, name: string): Promise<Buffer | null> {
  const answer = await fetch(`${url}/larder/v1/artifacts/${name}`);
  const body = Buffer.from(await answer.arrayBuffer());
  if (answer.status === 404) return null;
  expect(answer.status).toBe(200);
  expect(sha256(body)).toBe(answer.headers.get('x-larder-sha256'));
  return body;
}

test('servers that are killed at any point have every entry that they answered for, and no damaged one', async () => {
  const storage = makeFolder();
  const stored = new Map<string, string>();
  const tried: string[] = [];
  // 52 kills: four processes of one folder in each round, each at a point of its own.
  for (let round = 0; round < 13; round += 1) {
    const servers = await Promise.all(Array.from({ length: 4 }, () => startServer(storage)));
    const writes = Array.from({ length: 10 }, async (_, index) => {
      const name = nameOf(round * 100 + index);
      const body = randomBytes(index % 3 === 0 ? 4_000_000 : 20_000);
      tried.push(name);
      if ((await put(servers[index % 4]!.url, name, body)) === 201) stored.set(name, sha256(body));
    });
    const kills = servers.map(async (server) => {
      // Not a wait for anything: the point at which it ends is to be another one every time.
      await wait(randomInt(120));
      await server.kill();
    });
    await Promise.all([...kills, ...writes]);
  }
  const server = await startServer(storage);
  for (const name of tried) {
    const body = await get(server.url, name);
    const digest = body === null ? null : sha256(body);
    // What was not answered may be there too: whole, as `get` has checked.
    expect(digest).toBe(stored.get(name) ?? digest);
  }
  const verified = await larderServer(storage, ['verify', '--storage', storage]);
  expect(verified).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(' 0 damaged') });
});

test('a server with 100,000 entries starts at once, and counts them in the background', async () => {
  const storage = makeFolder();
  generateEntries(storage, 100_000);
  const first = await startServer(storage, ['--max-size', '100GB']);
  expect((await get(first.url, nameOf(99_999)))?.toString()).toBe('body 99999');
  const bare = await startServer(makeFolder());
  expect(first.startedInMs).toBeLessThan(bare.startedInMs + 1000);
  await first.kill();
  const second = await startServer(storage, ['--max-size', '100GB']);
  expect(await put(second.url, nameOf(100_000), Buffer.from('one more'))).toBe(201);
  expect(second.startedInMs).toBeLessThan(bare.startedInMs + 1000);
}, 180_000);

test('a disk that is full before the limit makes room by evicting, and nothing is damaged', async ({ skip }) => {
  const storage = mountSmallDisk();
  if (storage === null) return skip('only root may mount a small disk');
  const server = await startServer(storage, ['--max-size', '10GB', '--memory', '0']);
  const statuses: (number | null)[] = [];
  for (let index = 0; index < 60; index += 1)
    statuses.push(await put(server.url, nameOf(index), randomBytes(1_000_000)));
  expect(new Set(statuses)).toEqual(new Set([201]));
  expect(await get(server.url, nameOf(59))).toHaveLength(1_000_000);
  expect(await get(server.url, nameOf(0))).toBeNull();
  expect(await put(server.url, nameOf(99), randomBytes(40_000_000))).toBe(507);
  expect(readdirSync(join(storage, 'partial'))).toEqual([]);
  expect((await larderServer(storage, ['verify', '--storage', storage])).exitCode).toBe(0);
});

test('entries that are evicted while they are read are read to their end', async () => {
  const server = await startServer(makeFolder(), ['--max-size', '30MB']);
  const reads: Promise<Buffer | null>[] = [];
  for (let index = 0; index < 30; index += 1) {
    expect(await put(server.url, nameOf(index), randomBytes(5_000_000))).toBe(201);
    reads.push(get(server.url, nameOf(index)), get(server.url, nameOf(Math.max(0, index - 3))));
  }
  const lengths = (await Promise.all(reads)).flatMap((body) => (body === null ? [] : [body.length]));
  expect(new Set(lengths)).toEqual(new Set([5_000_000]));
});

test('of ten writers of one hash in two processes of one folder one wins', async () => {
  const storage = makeFolder();
  const servers = [await startServer(storage), await startServer(storage)] as const;
  const bodies = Array.from({ length: 10 }, (_, index) => Buffer.alloc(500_000, `${index}`));
  const statuses = await Promise.all(bodies.map((body, index) => put(servers[index % 2]!.url, nameOf(1), body)));
  expect(statuses.toSorted()).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
  const winner = bodies[statuses.indexOf(201)]!;
  for (const { url } of servers) expect((await get(url, nameOf(1)))?.equals(winner)).toBe(true);
});

/** As an earlier server left them, without an index. */
function generateEntries(storage: string, count: number): void {
  const folders = new Set<string>();
  for (let index = 0; index < count; index += 1) {
    const body = Buffer.from(`body ${index}`);
    const key = { scope: 'main', namespace: 'larder', name: nameOf(index) } as EntryKey;
    const file = join(storage, entriesFolder, entryPath(key));
    if (!folders.has(dirname(file))) mkdirSync(dirname(file), { recursive: true });
    folders.add(dirname(file));
    const facts = { key, sizeBytes: body.length, sha256: sha256(body), storedAtEpochMs: 1, storedBy: 'me' };
    writeFileSync(file, Buffer.concat([body, encodeFooter({ ...facts, attributes: {} })]));
  }
}

/** 24 MB of memory as a disk, or null where this user may not mount one. */
function mountSmallDisk(): string | null {
  const folder = join(makeFolder(), 'disk');
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return null;
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return folder;
}
