import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readdir, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ServerFact } from '../server-event.ts';
import { scopeNamed as scopeOf } from '../testing/scope-named.ts';
import { DiskStorage, type DiskStorageOptions } from './disk-storage.ts';
import { indexFile } from './entry-index.ts';
import { entriesFolder, entryPath } from './entry-path.ts';
import { BodyBrokenOff, type EntryKey, type EntryWrite, type WriteResult } from './storage.ts';
import { walkFiles } from './walk-files.ts';

let directory = '';
let facts: ServerFact[] = [];
const open: DiskStorage[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'larder-storage-'));
  facts = [];
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((storage) => storage.close()));
  await rm(directory, { recursive: true });
});

type Overrides = Partial<Omit<DiskStorageOptions, 'maxBytes'>> & { maxBytes?: number; derivedBytes?: number };

async function openStorage({ maxBytes, derivedBytes, ...overrides }: Overrides = {}): Promise<DiskStorage> {
  const storage = await DiskStorage.open({
    directory,
    maxBytes: { root: maxBytes ?? 100_000_000, derived: derivedBytes ?? 100_000_000 },
    maxBodyBytes: 10_000_000,
    maxAgeMs: null,
    flushFolders: true,
    staleAfterMs: 60_000,
    noteUseEveryMs: 0,
    epochMs: Date.now,
    record: (fact) => facts.push(fact),
    ...overrides,
  });
  open.push(storage);
  await storage.scanned;
  return storage;
}

function keyOf(name: string, overrides: Partial<EntryKey> = {}): EntryKey {
  return { scope: scopeOf('main'), namespace: 'larder', name, ...overrides };
}

async function* inChunks(...chunks: (Uint8Array | string)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk as string);
}

async function put(
  storage: DiskStorage,
  key: EntryKey,
  body: Uint8Array | string,
  overrides: Partial<EntryWrite> = {},
): Promise<WriteResult> {
  const sizeBytes = Buffer.byteLength(body);
  return await storage.write({
    key,
    body: inChunks(body),
    sizeBytes,
    sha256: null,
    storedBy: 'me',
    attributes: {},
    ...overrides,
  });
}

async function get(storage: DiskStorage, key: EntryKey): Promise<string | null> {
  const entry = await storage.read(key);
  if (entry === null) return null;
  return entry.body instanceof Uint8Array ? Buffer.from(entry.body).toString() : (await buffer(entry.body)).toString();
}

function fileOf(key: EntryKey): string {
  return join(directory, entriesFolder, entryPath(key));
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

/** Without the index. */
async function filesBelow(folder: string): Promise<string[]> {
  const files = await collect(walkFiles(join(directory, folder)));
  return files.filter((file) => !file.startsWith(indexFile));
}

const large = 'x'.repeat(1_000_000);

describe('what was written', () => {
  test.each([
    ['empty', ''],
    ['small', 'hello'],
    ['large', large],
  ])('%s bodies come back whole, with their facts', async (_, body) => {
    const storage = await openStorage();
    const attributes = { 'x-artifact-tag': 'ä"\\' };
    await put(storage, keyOf('a'), body, { attributes });
    expect(await get(storage, keyOf('a'))).toBe(body);
    expect(await storage.head(keyOf('a'))).toMatchObject({
      key: keyOf('a'),
      sizeBytes: body.length,
      sha256: createHash('sha256').update(body).digest('hex'),
      storedBy: 'me',
      attributes,
    });
  });

  test('scopes, namespaces and names that differ in case are different places', async () => {
    const storage = await openStorage();
    await put(storage, keyOf('a'), 'first');
    expect(await get(storage, keyOf('A'))).toBeNull();
    expect(await get(storage, keyOf('a', { namespace: 'nx' }))).toBeNull();
    expect(await get(storage, keyOf('a', { scope: scopeOf('pr/1') }))).toBeNull();
  });

  test('names that would be paths stay inside the storage', async () => {
    const storage = await openStorage();
    await put(storage, keyOf('../../../outside'), 'hello');
    expect(await get(storage, keyOf('../../../outside'))).toBe('hello');
    const [file, ...others] = await filesBelow('.');
    expect(file).toMatch(/^entries-v1\/larder\/[0-9a-f]{32}\/[0-9a-f]{2}\/[0-9a-f]{62}$/);
    expect(others).toEqual([]);
  });

  test('survives a restart and can be listed and deleted', async () => {
    await put(await openStorage(), keyOf('a'), 'hello');
    const storage = await openStorage();
    expect(await get(storage, keyOf('a'))).toBe('hello');
    const listed = await collect(storage.list());
    expect(listed.map((entry) => entry.key)).toEqual([keyOf('a')]);
    expect(await storage.delete(keyOf('a'))).toBe(true);
    expect(await storage.delete(keyOf('a'))).toBe(false);
    expect(await get(storage, keyOf('a'))).toBeNull();
  });
});

describe('immutability', () => {
  test('the first bytes stay', async () => {
    const storage = await openStorage();
    await put(storage, keyOf('a'), 'first');
    expect(await put(storage, keyOf('a'), 'second')).toEqual({ kind: 'exists' });
    expect(await get(storage, keyOf('a'))).toBe('first');
  });

  test('of many writers in two processes one wins, and its bytes are whole', async () => {
    const storages = [await openStorage(), await openStorage()];
    const bodies = Array.from({ length: 10 }, (_, index) => String(index).repeat(100_000));
    const results = await Promise.all(bodies.map((body, index) => put(storages[index % 2]!, keyOf('a'), body)));
    const winner = results.findIndex((result) => result.kind === 'stored');
    expect(results.filter((result) => result.kind === 'exists')).toHaveLength(9);
    expect(await get(storages[0]!, keyOf('a'))).toBe(bodies[winner]);
    expect(await filesBelow('partial')).toEqual([]);
  });
});

describe('what is refused leaves nothing', () => {
  async function expectNothing(storage: DiskStorage): Promise<void> {
    expect(await filesBelow('.')).toEqual([]);
    expect(await get(storage, keyOf('a'))).toBeNull();
  }

  test('another digest than announced', async () => {
    const storage = await openStorage();
    expect((await put(storage, keyOf('a'), 'hello', { sha256: '0'.repeat(64) })).kind).toBe('digest-mismatch');
    await expectNothing(storage);
  });

  test('another size than announced', async () => {
    const storage = await openStorage();
    expect(await put(storage, keyOf('a'), 'hello', { sizeBytes: 4 })).toEqual({ kind: 'size-mismatch', sizeBytes: 5 });
    await expectNothing(storage);
  });

  test('a sender that goes away', async () => {
    const storage = await openStorage();
    async function* body() {
      yield Buffer.from('hel');
      throw new BodyBrokenOff('gone');
    }
    expect(await put(storage, keyOf('a'), 'hello', { body: body() })).toEqual({ kind: 'broken-off' });
    await expectNothing(storage);
  });

  test.each([5000, null])('a body over the limit, announced as %s', async (sizeBytes) => {
    const storage = await openStorage({ maxBodyBytes: 4000 });
    const result = await put(storage, keyOf('a'), 'x'.repeat(5000), { sizeBytes });
    expect(result).toEqual({ kind: 'too-large', limitBytes: 4000 });
    await expectNothing(storage);
  });

  test.each([500_000, null])('a body that the storage cannot hold at all, announced as %s', async (sizeBytes) => {
    const storage = await openStorage({ maxBytes: 100_000 });
    const result = await put(storage, keyOf('a'), 'x'.repeat(500_000), { sizeBytes });
    expect(result).toEqual({ kind: 'out-of-space' });
    await expectNothing(storage);
  });

  test('room that is given back can be used again', async () => {
    const storage = await openStorage({ maxBytes: 100_000 });
    for (let attempt = 0; attempt < 20; attempt += 1) {
      await put(storage, keyOf('a'), 'x'.repeat(50_000), { sha256: '0'.repeat(64) });
    }
    expect((await put(storage, keyOf('a'), 'x'.repeat(50_000))).kind).toBe('stored');
  });
});

describe('eviction', () => {
  const body = 'x'.repeat(20_000);

  test('removes what was used least recently', async () => {
    const storage = await openStorage({ maxBytes: 80_000 });
    for (const name of ['a', 'b', 'c']) await put(storage, keyOf(name), body);
    await get(storage, keyOf('a'));
    await put(storage, keyOf('d'), body);
    const kept = await Promise.all(
      ['a', 'b', 'c', 'd'].map(async (name) => (await get(storage, keyOf(name))) !== null),
    );
    expect(kept).toEqual([true, false, true, true]);
    expect(facts).toContainEqual({ type: 'entries-evicted', count: 1 });
  });

  test('knows after a restart what was used, and shrinks to a smaller limit', async () => {
    const first = await openStorage();
    for (const [index, name] of ['a', 'b', 'c'].entries()) {
      await put(first, keyOf(name), body);
      await utimes(fileOf(keyOf(name)), index, index);
    }
    await get(first, keyOf('a'));
    await first.close();
    const second = await openStorage({ maxBytes: 30_000 });
    expect(facts).toContainEqual({ type: 'entries-evicted', count: 2 });
    expect(await get(second, keyOf('a'))).toBe(body);
    expect(await get(second, keyOf('c'))).toBeNull();
  });

  test('does not disturb a reader of the evicted entry', async () => {
    const storage = await openStorage({ maxBytes: 1_500_000 });
    await put(storage, keyOf('a'), large);
    const entry = await storage.read(keyOf('a'));
    await put(storage, keyOf('b'), large);
    expect(await storage.head(keyOf('a'))).toBeNull();
    expect((await buffer(entry!.body as NodeJS.ReadableStream)).length).toBe(large.length);
  });
});

describe('damage', () => {
  test.each([1, 4, 12, 100, 200])(
    'an entry that lost its last %i bytes is a miss, and can be written again',
    async (lost) => {
      const storage = await openStorage();
      await put(storage, keyOf('a'), 'hello');
      const size = (await stat(fileOf(keyOf('a')))).size;
      await truncate(fileOf(keyOf('a')), size - lost);
      expect(await get(storage, keyOf('a'))).toBeNull();
      expect(facts).toContainEqual({ type: 'entry-damaged', path: entryPath(keyOf('a')) });
      expect((await put(storage, keyOf('a'), 'again')).kind).toBe('stored');
    },
  );

  test.each(['', 'garbage', `{}\0\0\0\u0002LARDER1\n`, `\u00ff\u00ff\u00ff\u00ffLARDER1\n`])(
    'a file with the bytes %j is a miss',
    async (bytes) => {
      const storage = await openStorage();
      await mkdir(dirname(fileOf(keyOf('a'))), { recursive: true });
      await writeFile(fileOf(keyOf('a')), bytes, 'latin1');
      expect(await get(storage, keyOf('a'))).toBeNull();
    },
  );

  test('an entry that was copied under the name of another one is not served', async () => {
    const storage = await openStorage();
    const inPullRequest = keyOf('a', { scope: scopeOf('pr/1') });
    await put(storage, inPullRequest, 'poison');
    await put(storage, keyOf('b'), 'makes the folder');
    await mkdir(dirname(fileOf(keyOf('a'))), { recursive: true });
    await copyFile(fileOf(inPullRequest), fileOf(keyOf('a')));
    expect(await get(storage, keyOf('a'))).toBeNull();
  });
});

test('a storage that is emptied under a running server serves on', async () => {
  const storage = await openStorage();
  await put(storage, keyOf('a'), 'hello');
  await rm(directory, { recursive: true });
  expect(await get(storage, keyOf('a'))).toBeNull();
  expect((await put(storage, keyOf('a'), 'again')).kind).toBe('stored');
  expect(await get(storage, keyOf('a'))).toBe('again');
});

test('partial files of dead processes are swept at the start, those of living ones stay', async () => {
  await mkdir(join(directory, 'partial'));
  await writeFile(join(directory, 'partial', 'dead'), 'x');
  await utimes(join(directory, 'partial', 'dead'), 1, 1);
  await writeFile(join(directory, 'partial', 'living'), 'x');
  await openStorage();
  expect(await readdir(join(directory, 'partial'))).toEqual(['living']);
  expect(facts).toContainEqual({ type: 'partial-files-swept', count: 1 });
});

describe('limits', () => {
  const body = 'x'.repeat(20_000);

  test('a pull request that stores a great deal evicts nothing of main', async () => {
    const storage = await openStorage({ maxBytes: 80_000, derivedBytes: 50_000 });
    await put(storage, keyOf('a'), body);
    for (let index = 0; index < 10; index += 1) {
      await put(storage, keyOf(`p${index}`, { scope: scopeOf('pr/1') }), body);
    }
    expect(await get(storage, keyOf('a'))).toBe(body);
    expect(await get(storage, keyOf('p0', { scope: scopeOf('pr/1') }))).toBeNull();
    expect(await get(storage, keyOf('p9', { scope: scopeOf('pr/1') }))).toBe(body);
  });

  test('two processes of one folder keep one limit together', async () => {
    const [one, other] = [await openStorage({ maxBytes: 80_000 }), await openStorage({ maxBytes: 80_000 })];
    for (let index = 0; index < 6; index += 1) await put(index % 2 === 0 ? one : other, keyOf(`e${index}`), body);
    expect(one.totals('root')).toEqual(other.totals('root'));
    expect((await filesBelow(entriesFolder)).length).toBe(3);
    expect(await get(one, keyOf('e5'))).toBe(body);
  });

  test('entries that nobody has used for long go', async () => {
    const clock = { now: Date.now() };
    const storage = await openStorage({ maxAgeMs: 3_600_000, epochMs: () => clock.now });
    await put(storage, keyOf('old'), body);
    clock.now += 3_000_000;
    await put(storage, keyOf('new'), body);
    clock.now += 1_000_000;
    await storage.collectGarbage();
    expect(await get(storage, keyOf('old'))).toBeNull();
    expect(await get(storage, keyOf('new'))).toBe(body);
  });

  test('an index that is gone is made again from the files', async () => {
    const first = await openStorage();
    await put(first, keyOf('a'), body);
    await put(first, keyOf('b', { scope: scopeOf('pr/1') }), body);
    await first.close();
    for (const suffix of ['', '-wal', '-shm']) await rm(join(directory, indexFile + suffix), { force: true });
    const second = await openStorage();
    expect([second.totals('root').entries, second.totals('derived').entries]).toEqual([1, 1]);
  });

  test('files that vanished and files that appeared are noticed at the next start', async () => {
    const first = await openStorage();
    await put(first, keyOf('a'), body);
    await put(first, keyOf('b'), body);
    await first.close();
    await rm(fileOf(keyOf('a')));
    const second = await openStorage();
    expect(second.totals('root').entries).toBe(1);
  });
});
