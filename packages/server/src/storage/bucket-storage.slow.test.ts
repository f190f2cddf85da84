import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ServerFact } from '../server-event.ts';
import { startConditionalFront } from '../testing/conditional-front.ts';
import { startTestBucket, type TestBucket } from '../testing/start-s3.ts';
import { scopeNamed as scopeOf } from '../testing/scope-named.ts';
import { openStorage, type OpenStorageOptions } from './open-storage.ts';
import { defaultStorageOptions } from './storage-options.ts';
import { BodyBrokenOff, type EntryKey, type EntryWrite, type Storage, type WriteResult } from './storage.ts';

let bucket: TestBucket;
const open: { storage: Storage; directory: string }[] = [];
const facts: ServerFact[] = [];

beforeAll(async () => {
  bucket = await startTestBucket();
});

afterEach(async () => {
  for (const { storage, directory } of open.splice(0)) {
    await storage.close();
    await rm(directory, { recursive: true });
  }
});

afterAll(() => bucket[Symbol.asyncDispose]());

/** Each has a disk of its own, as replicas have. */
async function openReplica(overrides: Partial<OpenStorageOptions> = {}): Promise<Storage> {
  const directory = await mkdtemp(join(tmpdir(), 'larder-replica-'));
  const storage = await openStorage({
    ...defaultStorageOptions,
    s3: bucket.options,
    memoryBytes: 1_000_000,
    directory,
    maxBytes: 200_000_000,
    maxBodyBytes: 50_000_000,
    staleAfterMs: 60_000,
    epochMs: Date.now,
    record: (fact) => facts.push(fact),
    ...overrides,
  });
  open.push({ storage, directory });
  return storage;
}

let names = 0;

/** A name that no other test uses. */
function newKey(scope = 'main'): EntryKey {
  names += 1;
  return { scope: scopeOf(scope), namespace: 'larder', name: `../${names} ü` };
}

async function* inChunks(body: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < body.length; start += 65_536) yield body.subarray(start, start + 65_536);
}

async function put(storage: Storage, key: EntryKey, body: Uint8Array, overrides: Partial<EntryWrite> = {}) {
  const write = { key, body: inChunks(body), sizeBytes: body.length, sha256: null, storedBy: 'me', attributes: {} };
  return await storage.write({ ...write, ...overrides });
}

async function get(storage: Storage, key: EntryKey): Promise<Buffer | null> {
  const entry = await storage.read(key);
  if (entry === null) return null;
  return entry.body instanceof Uint8Array ? Buffer.from(entry.body) : await buffer(entry.body);
}

describe('entries in a bucket', () => {
  test.each([0, 5, 100_000, 9_000_000, 20_000_000])(
    'bodies of %i bytes that one replica stored come back whole from another, with their facts',
    async (size) => {
      const [one, other] = [await openReplica(), await openReplica()];
      const key = newKey();
      const body = randomBytes(size);
      const attributes = { 'x-artifact-tag': 'ä"\\' };
      expect((await put(one, key, body, { attributes })).kind).toBe('stored');
      expect(await other.head(key)).toMatchObject({ key, sizeBytes: size, storedBy: 'me', attributes });
      expect((await get(other, key))?.equals(body)).toBe(true);
      expect((await get(other, key))?.equals(body)).toBe(true);
    },
  );

  test('scopes stay apart, also for names that try to be paths', async () => {
    const storage = await openReplica();
    const key = newKey('pr/1');
    await put(storage, key, Buffer.from('poison'));
    expect(await storage.head({ ...key, scope: scopeOf('main') })).toBeNull();
    expect(await get(storage, { ...key, scope: scopeOf('main') })).toBeNull();
    expect(await get(storage, { ...key, scope: scopeOf('pr/2') })).toBeNull();
  });

  test('what was refused or broke off never reaches the bucket', async () => {
    const storage = await openReplica();
    const key = newKey();
    async function* broken() {
      yield Buffer.from('hel');
      throw new BodyBrokenOff('gone');
    }
    const body = Buffer.from('hello');
    expect((await put(storage, key, body, { sha256: '0'.repeat(64) })).kind).toBe('digest-mismatch');
    expect((await put(storage, key, body, { body: broken() })).kind).toBe('broken-off');
    expect((await put(storage, key, body, { sizeBytes: 4 })).kind).toBe('size-mismatch');
    expect(await storage.head(key)).toBeNull();
  });

  test('a replica asks the bucket what exists, whatever its own disk remembers', async () => {
    const [one, other] = [await openReplica(), await openReplica()];
    const key = newKey();
    await put(one, key, Buffer.from('first'));
    expect(await other.delete(key)).toBe(true);
    expect(await one.head(key)).toBeNull();
    expect((await put(one, key, Buffer.from('again'))).kind).toBe('stored');
    expect((await get(other, key))?.toString()).toBe('again');
  });

  test('what does not fit the disk any more is still read from the bucket', async () => {
    const storage = await openReplica({ maxBytes: 4_000_000 });
    const keys = Array.from({ length: 6 }, () => newKey());
    const body = randomBytes(1_000_000);
    for (const key of keys) expect((await put(storage, key, body)).kind).toBe('stored');
    for (const key of keys) expect((await get(storage, key))?.equals(body)).toBe(true);
  });

  test('all entries are listed', async () => {
    const storage = await openReplica();
    const key = newKey('pr/77');
    await put(storage, key, Buffer.from('hello'));
    const listed: string[] = [];
    for await (const each of storage.list()) listed.push(each.key.scope);
    expect(listed).toContain('pr/77');
  });

  test('large bodies can be fetched from the bucket itself, without credentials', async () => {
    const storage = await openReplica({ redirectFromBytes: 1000 });
    const [large, small] = [newKey(), newKey()];
    const body = randomBytes(2000);
    await put(storage, large, body);
    await put(storage, small, Buffer.from('small'));
    const redirect = await storage.findRedirect?.(large);
    const fetched = await fetch(redirect?.url ?? '');
    expect(Buffer.from(await fetched.arrayBuffer()).equals(body)).toBe(true);
    expect(await storage.findRedirect?.(small)).toBeNull();
  });
});

describe('concurrent callers', () => {
  test('of ten writers on three replicas one wins, and everyone reads its bytes', async () => {
    const replicas = [await openReplica(), await openReplica(), await openReplica()] as const;
    for (let round = 0; round < 5; round += 1) {
      const key = newKey();
      const bodies = Array.from({ length: 10 }, (_, index) => Buffer.alloc(10_000, String(index)));
      const writes = bodies.map((body, index) => put(replicas[index % 3]!, key, body));
      const results: WriteResult[] = await Promise.all(writes);
      const winners = results.flatMap((result, index) => (result.kind === 'stored' ? [index] : []));
      expect(winners).toHaveLength(1);
      const read = await Promise.all(replicas.map((replica) => get(replica, key)));
      for (const body of read) expect(body?.equals(bodies[winners[0]!]!)).toBe(true);
    }
  });

  test('many readers of an entry that only the bucket has get its bytes, and leave nothing behind', async () => {
    const [one, other] = [await openReplica(), await openReplica()];
    const key = newKey();
    const body = randomBytes(3_000_000);
    await put(one, key, body);
    const read = await Promise.all(Array.from({ length: 50 }, () => get(other, key)));
    for (const each of read) expect(each?.equals(body)).toBe(true);
    const partial = await readdir(join(open[1]!.directory, 'partial'));
    expect(partial).toEqual([]);
  });
});

test.each([10_000, 9_000_000])(
  'where the bucket honours conditions, they keep the first of writers of %i bytes on three replicas',
  async (size) => {
    await using front = await startConditionalFront(bucket.options.endpoint ?? '');
    facts.length = 0;
    const s3 = { ...bucket.options, endpoint: front.endpoint };
    const replicas = [await openReplica({ s3 }), await openReplica({ s3 }), await openReplica({ s3 })];
    expect(facts).toContainEqual({ type: 'bucket-opened', bucket: 'larder', conditionalWrites: 'native' });
    const key = newKey();
    const bodies = replicas.map((_, index) => Buffer.alloc(size, String(index)));
    const refusedBefore = front.refused();
    const results = await Promise.all(replicas.map((replica, index) => put(replica, key, bodies[index]!)));
    expect(results.map(({ kind }) => kind).toSorted()).toEqual(['exists', 'exists', 'stored']);
    expect(front.refused() - refusedBefore).toBeGreaterThan(0);
    const winner = bodies[results.findIndex(({ kind }) => kind === 'stored')]!;
    for (const replica of replicas) expect((await get(replica, key))?.equals(winner)).toBe(true);
  },
);

test('a bucket that ignores conditions is found out at the start', async () => {
  facts.length = 0;
  await openReplica();
  expect(facts).toContainEqual({ type: 'bucket-opened', bucket: 'larder', conditionalWrites: 'claims' });
});

test('a bucket that does not exist is told at the start', async () => {
  const options = { ...bucket.options, bucket: 'missing' };
  const opening = openStorage({
    ...defaultStorageOptions,
    s3: options,
    directory: await mkdtemp(join(tmpdir(), 'larder-replica-')),
    maxBytes: 1_000_000,
    maxBodyBytes: 1_000_000,
    staleAfterMs: 60_000,
    epochMs: Date.now,
    record: () => {},
  });
  await expect(opening).rejects.toThrow('bucket');
});
