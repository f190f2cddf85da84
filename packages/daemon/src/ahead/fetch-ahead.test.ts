import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test, vi } from 'vitest';
import { DiskEntries } from '../entries/disk-entries.ts';
import type { EntryKey } from '../entries/entry.ts';
import { MemoryEntries } from '../entries/memory-entries.ts';
import { Levels } from '../levels.ts';
import { Tally } from '../tally.ts';
import { makeTar, nxTail } from '../testing/make-tar.ts';
import { guardUpstream } from '../upstream/guarded-upstream.ts';
import { UpstreamTrouble, type Received, type Upstream } from '../upstream/upstream.ts';
import { FetchAhead } from './fetch-ahead.ts';

const artifact = gzipSync(makeTar([{ name: 'dist/a', body: 'a' }, ...nxTail]));

/** Answers when the test says so. */
class SlowServer implements Upstream {
  readonly has = new Set<string>();
  /** In the order in which they were asked for. */
  readonly asked: string[] = [];
  readonly open = new Map<string, () => void>();
  body: Buffer = artifact;
  trouble: UpstreamTrouble | null = null;

  async read({ hash }: EntryKey, signal: AbortSignal): Promise<Received | null> {
    this.asked.push(hash);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.open.set(hash, resolve);
    signal.addEventListener('abort', () => reject(new UpstreamTrouble('server', 'broken off')));
    await promise.finally(() => this.open.delete(hash));
    if (this.trouble !== null) throw this.trouble;
    return this.has.has(hash) ? { sizeBytes: null, attributes: {}, body: inPieces(this.body) } : null;
  }

  answer(...hashes: readonly string[]): void {
    for (const hash of hashes) this.open.get(hash)?.();
  }

  write(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {}
}

async function* inPieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes.subarray(0, 10);
  yield bytes.subarray(10);
}

/** A run of nx that has hashed so many tasks, called 0, 1, 2 and so on. */
async function beginRun(taskCount: number, { connections = 16 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'larder-ahead-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const server = new SlowServer();
  const tally = new Tally();
  const levels = new Levels({
    memory: new MemoryEntries({ maxBytes: 10_000, maxEntryBytes: 5_000 }),
    disk: new DiskEntries({ folderAbsolute: join(folder, 'entries'), maxArtifactBytes: 1_000_000 }),
    upstream: guardUpstream(server, () => 0),
    uploads: false,
    tally,
  });
  const logged: string[] = [];
  const ahead = new FetchAhead({ levels, connections, now: () => 0, log: (text) => logged.push(text) });
  levels.observe(ahead);
  await ahead.begin('run', folder);
  const database = new DatabaseSync(join(folder, 'nx.db'));
  onTestFinished(() => database.close());
  database.exec(`PRAGMA journal_mode = WAL; CREATE TABLE cache_outputs (hash TEXT PRIMARY KEY);
    CREATE TABLE task_details (hash TEXT PRIMARY KEY, project TEXT, target TEXT, configuration TEXT)`);
  for (let index = 0; index < taskCount; index += 1) {
    database.prepare(`INSERT INTO task_details VALUES (?, 'p', 't', NULL)`).run(String(index));
    server.has.add(String(index));
  }
  const find = (hash: string) => levels.find({ protocol: 'nx', hash }, AbortSignal.timeout(10_000));
  // They are asked for at the same time: which of them arrives first is nobody's choice.
  const asksFor = (...hashes: readonly string[]) =>
    vi.waitFor(() => expect(server.asked.toSorted()).toEqual(hashes.toSorted()));
  return { server, tally, levels, ahead, find, asksFor, logged, database };
}

test('when the server has the first artifact, it is asked for the others at once', async () => {
  const { server, find, asksFor, tally } = await beginRun(4);
  const first = find('0');
  await asksFor('0');
  server.answer('0');
  await asksFor('0', '1', '2', '3');
  server.answer('3', '2', '1');
  expect(await first).not.toBeNull();
  for (const hash of ['1', '2', '3']) expect(await find(hash)).toMatchObject({ sizeBytes: artifact.length });
  expect(server.asked).toHaveLength(4);
  expect(tally.read()).toMatchObject({
    hits: { memory: 0, disk: 0, remote: 4 },
    misses: 0,
    ahead: { fetched: 3, asked: 3 },
    downloadedBytes: 4 * artifact.length,
  });
});

test('who asks for what is on its way makes no second request', async () => {
  const { server, find, asksFor, tally } = await beginRun(2);
  const first = find('0');
  await asksFor('0');
  server.answer('0');
  await first;
  await asksFor('0', '1');
  const both = Promise.all([find('1'), find('1')]);
  server.answer('1');
  expect(await both).toMatchObject([{ sizeBytes: artifact.length }, { sizeBytes: artifact.length }]);
  expect(server.asked).toEqual(['0', '1']);
  expect(tally.read()).toMatchObject({ hits: { remote: 2 }, ahead: { fetched: 1, asked: 1 } });
});

test('a server that has not got the first, or fails, is asked for nothing else', async () => {
  const { server, find, asksFor, tally } = await beginRun(4);
  server.has.delete('0');
  const miss = find('0');
  await asksFor('0');
  server.answer('0');
  expect(await miss).toBeNull();
  server.trouble = new UpstreamTrouble('request', 'no');
  const failure = find('1');
  await asksFor('0', '1');
  server.answer('1');
  expect(await failure).toBeNull();
  expect(server.asked).toEqual(['0', '1']);
  expect(tally.read()).toMatchObject({ misses: 2, ahead: { fetched: 0 } });
});

test('what was absent ahead of its time is no miss, and is asked for again in its time', async () => {
  const { server, find, asksFor, tally } = await beginRun(2);
  server.has.delete('1');
  const first = find('0');
  await asksFor('0');
  server.answer('0');
  await first;
  await asksFor('0', '1');
  server.answer('1');
  await vi.waitFor(() => expect(server.open.size).toBe(0));
  expect(tally.read()).toMatchObject({ misses: 0, troubles: [] });
  server.has.add('1');
  const second = find('1');
  await asksFor('0', '1', '1');
  server.answer('1');
  expect(await second).not.toBeNull();
});

test('a server that lacks most is soon left alone', async () => {
  const { server, find, asksFor } = await beginRun(100, { connections: 4 });
  for (let index = 1; index < 100; index += 1) server.has.delete(String(index));
  const first = find('0');
  await asksFor('0');
  server.answer('0');
  await first;
  await vi.waitFor(() => {
    server.answer(...server.open.keys());
    expect(server.asked.length).toBeGreaterThan(8);
    expect(server.open.size).toBe(0);
  });
  expect(server.asked.length).toBeLessThanOrEqual(12);
});

test('half of the connections are kept for what nx waits for, and nothing is started beside enough of that', async () => {
  const { server, find, asksFor } = await beginRun(20, { connections: 4 });
  const first = find('0');
  await asksFor('0');
  server.answer('0');
  await first;
  await asksFor('0', '1', '2');
  const waiting = [find('10'), find('11')];
  await asksFor('0', '1', '2', '10', '11');
  server.answer('1', '2');
  await vi.waitFor(() => expect([...server.open.keys()]).toEqual(['10', '11']));
  server.answer('10', '11');
  await Promise.all(waiting);
  await asksFor('0', '1', '2', '10', '11', '3', '4');
});

test('with one connection nothing is fetched ahead', async () => {
  const { server, find, asksFor, ahead, tally } = await beginRun(5, { connections: 1 });
  const first = find('0');
  await asksFor('0');
  server.answer('0');
  await first;
  const second = find('1');
  await asksFor('0', '1');
  server.answer('1');
  await second;
  ahead.end('run');
  expect(server.asked).toEqual(['0', '1']);
  expect(tally.read().ahead).toEqual({ fetched: 0, asked: 0 });
});

test('the end of the run breaks off what nobody asked for, which no later run is made to pay for', async () => {
  const { server, find, asksFor, ahead, tally } = await beginRun(20);
  const first = find('0');
  await asksFor('0');
  server.answer('0');
  await first;
  await asksFor('0', '1', '2', '3', '4', '5', '6', '7', '8');
  const shared = find('1');
  ahead.end('run');
  await vi.waitFor(() => expect([...server.open.keys()]).toEqual(['1']));
  server.answer('1');
  expect(await shared).not.toBeNull();
  const again = find('2');
  await asksFor('0', '1', '2', '3', '4', '5', '6', '7', '8', '2');
  server.answer('2');
  expect(await again).not.toBeNull();
  expect(tally.read()).toMatchObject({ misses: 0, troubles: [], hits: { remote: 3 } });
});

test('a run whose process is gone is ended like any other', async () => {
  const { server, find, asksFor, ahead } = await beginRun(3);
  const first = find('0');
  await asksFor('0');
  server.answer('0');
  await first;
  await asksFor('0', '1', '2');
  ahead.keep(new Set(['another']));
  await vi.waitFor(() => expect(server.open.size).toBe(0));
});

test('an artifact that is too large is broken off, unless somebody waits for it', async () => {
  const { server, levels, tally } = await beginRun(2);
  const key: EntryKey = { protocol: 'nx', hash: '0' };
  const given = levels.fetchAhead(key, 20);
  await vi.waitFor(() => expect(server.open.size).toBe(1));
  server.answer('0');
  expect(await given?.done).toEqual({ kind: 'failed', sizeBytes: 0 });
  const wanted = levels.fetchAhead(key, 20);
  await vi.waitFor(() => expect(server.open.size).toBe(1));
  const found = levels.find(key, AbortSignal.timeout(10_000));
  server.answer('0');
  expect(await found).toMatchObject({ sizeBytes: artifact.length });
  expect(await wanted?.done).toMatchObject({ kind: 'found' });
  expect(tally.read().troubles).toEqual([]);
});

test('what comes ahead is inspected like everything else', async () => {
  const { server, levels, tally, find } = await beginRun(1);
  server.body = gzipSync(makeTar([{ name: '../../x', body: 'x' }, ...nxTail]));
  const lookup = levels.fetchAhead({ protocol: 'nx', hash: '0' }, 1_000_000);
  await vi.waitFor(() => expect(server.open.size).toBe(1));
  server.answer('0');
  expect(await lookup?.done).toEqual({ kind: 'failed', sizeBytes: 0 });
  expect(tally.read().troubles).toMatchObject([{ what: 'archive', count: 1 }]);
  const found = find('0');
  await vi.waitFor(() => expect(server.open.size).toBe(1));
  server.answer('0');
  expect(await found).toBeNull();
});

test('records that cannot be read are told of once, and the run goes on', async () => {
  const { server, find, asksFor, logged, database, ahead } = await beginRun(2);
  database.exec('DROP TABLE task_details; CREATE TABLE task_details (id INTEGER)');
  const first = find('0');
  await asksFor('0');
  server.answer('0');
  expect(await first).not.toBeNull();
  await vi.waitFor(() => expect(logged).toHaveLength(1));
  expect(logged[0]).toContain('no such column');
  ahead.end('run');
  expect(server.asked).toEqual(['0']);
});
