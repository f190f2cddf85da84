import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { DiskEntries } from './entries/disk-entries.ts';
import type { Entry, EntryAttributes, EntryKey } from './entries/entry.ts';
import { MemoryEntries } from './entries/memory-entries.ts';
import { Levels } from './levels.ts';
import { Tally } from './tally.ts';
import { makeTar, nxTail } from './testing/make-tar.ts';
import { guardUpstream } from './upstream/guarded-upstream.ts';
import { UpstreamTrouble, type Upstream } from './upstream/upstream.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const key: EntryKey = { protocol: 'nx', hash: '42' };
const artifact = gzipSync(makeTar([{ name: 'dist/a', body: 'a' }, ...nxTail]));

/** A server in memory, which counts what it is asked. */
class FakeUpstream implements Upstream {
  readonly entries = new Map<string, Buffer>();
  reads = 0;
  trouble: UpstreamTrouble | null = null;
  attributes: EntryAttributes = {};

  async read({ hash }: EntryKey) {
    this.reads += 1;
    if (this.trouble !== null) throw this.trouble;
    const bytes = this.entries.get(hash);
    return bytes === undefined ? null : { sizeBytes: bytes.length, attributes: this.attributes, body: chunks(bytes) };
  }

  async write({ hash }: EntryKey, entry: Entry): Promise<void> {
    if (this.trouble !== null) throw this.trouble;
    this.entries.set(hash, await readAll(entry));
  }

  close(): void {}
}

async function* chunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes.subarray(0, 10);
  yield bytes.subarray(10);
}

async function readAll(entry: Entry | null): Promise<Buffer> {
  const found: Buffer[] = [];
  if (entry !== null) for await (const chunk of entry.open()) found.push(chunk as Buffer);
  return Buffer.concat(found);
}

function makeLevels(
  options: { readonly upstream?: Upstream; readonly uploads?: boolean; readonly folder?: string } = {},
) {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'larder-levels-'));
  folders.push(folder);
  const tally = new Tally();
  const levels = new Levels({
    memory: new MemoryEntries({ maxBytes: 10_000, maxEntryBytes: 5_000 }),
    disk: new DiskEntries({ folderAbsolute: folder, maxArtifactBytes: 1_000_000 }),
    upstream: options.upstream ?? null,
    uploads: options.uploads ?? true,
    tally,
  });
  return { levels, tally, folder, find: async () => readAll(await levels.find(key, AbortSignal.timeout(5_000))) };
}

test('what was stored is found, and uploaded in the background', async () => {
  const upstream = new FakeUpstream();
  const { levels, find } = makeLevels({ upstream });
  expect(await levels.store(key, chunks(artifact), {})).toBe('stored');
  expect(await find()).toEqual(artifact);
  await levels.flush(5_000);
  expect(upstream.entries.get('42')).toEqual(artifact);
  expect(await levels.store(key, chunks(artifact), {})).toBe('exists');
});

const turborepo: EntryKey = { protocol: 'turborepo', hash: 'abc' };
const signed: EntryKey = { ...turborepo, isSigned: true };
const tag = { 'x-artifact-tag': 'signature' };

test('what is signed and what is not are entries of their own, and neither is ever replaced', async () => {
  const { levels } = makeLevels();
  const read = async (of: EntryKey) => (await readAll(await levels.find(of, AbortSignal.timeout(5_000)))).toString();
  expect(await levels.store(turborepo, chunks(Buffer.from('unsigned')), {})).toBe('stored');
  expect(await read(signed)).toBe('');
  expect(await levels.store(signed, chunks(Buffer.from('signed')), tag)).toBe('stored');
  expect(await levels.store(turborepo, chunks(Buffer.from('other')), tag)).toBe('exists');
  expect(await levels.store(signed, chunks(Buffer.from('other')), tag)).toBe('exists');
  expect([await read(turborepo), await read(signed)]).toEqual(['unsigned', 'signed']);
});

test('what the server holds unsigned is not taken for who signs, and not in the way of what that stores', async () => {
  const upstream = new FakeUpstream();
  upstream.entries.set('abc', Buffer.from('of the server'));
  const { levels } = makeLevels({ upstream });
  const read = async () => (await readAll(await levels.find(signed, AbortSignal.timeout(5_000)))).toString();
  expect(await read()).toBe('');
  expect(await levels.store(signed, chunks(Buffer.from('signed')), tag)).toBe('stored');
  expect(await read()).toBe('signed');
});

test('what the server holds signed is taken for who signs', async () => {
  const upstream = new FakeUpstream();
  const archive = zstdCompressSync(makeTar([{ name: 'dist/a', body: 'a' }]));
  upstream.entries.set('abc', archive);
  upstream.attributes = tag;
  const { levels } = makeLevels({ upstream });
  const found = await levels.find(signed, AbortSignal.timeout(5_000));
  expect([await readAll(found), found?.attributes]).toEqual([archive, tag]);
});

test('nothing is uploaded where the remote is only read', async () => {
  const upstream = new FakeUpstream();
  const { levels } = makeLevels({ upstream, uploads: false });
  await levels.store(key, chunks(artifact), {});
  await levels.flush(5_000);
  expect(upstream.entries.size).toBe(0);
});

test('those who ask for the same at once share one download', async () => {
  const upstream = new FakeUpstream();
  upstream.entries.set('42', artifact);
  const { find, tally } = makeLevels({ upstream });
  expect(await Promise.all([find(), find(), find()])).toEqual([artifact, artifact, artifact]);
  expect(await find()).toEqual(artifact);
  expect(upstream.reads).toBe(1);
  expect(tally.read().hits).toEqual({ memory: 1, disk: 0, remote: 1 });
});

test('a malicious archive of the server is a miss that leaves nothing behind', async () => {
  const upstream = new FakeUpstream();
  upstream.entries.set('42', gzipSync(makeTar([{ name: '../../x', body: 'x' }, ...nxTail])));
  const { find, tally, folder } = makeLevels({ upstream });
  expect(await find()).toHaveLength(0);
  expect(readdirSync(folder)).toEqual([]);
  expect(tally.read().troubles).toMatchObject([{ what: 'archive', count: 1 }]);
});

test('a server that failed is a miss, and is left alone after that', async () => {
  const upstream = new FakeUpstream();
  upstream.trouble = new UpstreamTrouble('silent', 'nothing came');
  let now = 0;
  const { find, tally } = makeLevels({ upstream: guardUpstream(upstream, () => now) });
  expect(await find()).toHaveLength(0);
  expect(await find()).toHaveLength(0);
  expect(upstream.reads).toBe(1);
  now = 31_000;
  upstream.trouble = null;
  upstream.entries.set('42', artifact);
  expect(await find()).toEqual(artifact);
  expect(tally.read().troubles).toEqual([{ what: 'download', detail: 'nothing came', count: 1 }]);
});

test('a file that was damaged is a miss, and another daemon finds what is whole', async () => {
  const first = makeLevels();
  await first.levels.store(key, chunks(artifact), {});
  expect(await makeLevels({ folder: first.folder }).find()).toEqual(artifact);
  const file = join(first.folder, readdirSync(first.folder)[0] ?? '');
  truncateSync(file, statSync(file).size - 3);
  expect(await makeLevels({ folder: first.folder }).find()).toHaveLength(0);
});

test('a source that breaks off stores nothing', async () => {
  const { levels, folder, find } = makeLevels();
  const broken = async function* (): AsyncGenerator<Uint8Array> {
    yield artifact.subarray(0, 20);
    throw new Error('gone');
  };
  await expect(levels.store(key, broken(), {})).rejects.toThrow('gone');
  expect(readdirSync(folder)).toEqual([]);
  expect(await find()).toHaveLength(0);
});
