import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { scopeNamed } from '../testing/scope-named.ts';
import { MemoryStorage } from './memory-storage.ts';
import type { EntryFacts, EntryKey, OpenEntry, Storage } from './storage.ts';

/** Counts reads; bodies of more than ten bytes are streams. */
class FakeStorage implements Storage {
  readonly bodies = new Map<string, string>();
  reads = 0;
  async head(key: EntryKey): Promise<EntryFacts | null> {
    return this.bodies.has(key.name) ? factsOf(key) : null;
  }
  async read(key: EntryKey): Promise<OpenEntry | null> {
    this.reads += 1;
    const body = this.bodies.get(key.name);
    if (body === undefined) return null;
    return { facts: factsOf(key), body: body.length > 10 ? Readable.from([Buffer.from(body)]) : Buffer.from(body) };
  }
  write(): Promise<never> {
    return Promise.reject(new Error('not used'));
  }
  async delete(key: EntryKey): Promise<boolean> {
    return this.bodies.delete(key.name);
  }
  async *list(): AsyncGenerator<EntryFacts> {}
  async close(): Promise<void> {}
}

function factsOf(key: EntryKey): EntryFacts {
  return { key, sizeBytes: 0, sha256: '0'.repeat(64), storedAtEpochMs: 0, storedBy: 'me', attributes: {} };
}

function keyOf(name: string, scope = 'main'): EntryKey {
  return { scope: scopeNamed(scope), namespace: 'larder', name };
}

function openMemory(below: Storage, clock = { now: 0 }): MemoryStorage {
  return new MemoryStorage({ below, maxBytes: 3000, maxBodyBytes: 100, maxAgeMs: 1000, epochMs: () => clock.now });
}

async function textOf(entry: OpenEntry | null): Promise<string | null> {
  if (entry === null) return null;
  return entry.body instanceof Uint8Array ? Buffer.from(entry.body).toString() : (await buffer(entry.body)).toString();
}

test('small bodies are read below once, also by many readers at the same time', async () => {
  const below = new FakeStorage();
  below.bodies.set('a', 'small');
  const memory = openMemory(below);
  const read = await Promise.all(Array.from({ length: 20 }, async () => textOf(await memory.read(keyOf('a')))));
  expect(new Set(read)).toEqual(new Set(['small']));
  await memory.read(keyOf('a'));
  expect(below.reads).toBe(1);
});

test('readers of a stream at the same time get one each', async () => {
  const below = new FakeStorage();
  below.bodies.set('a', 'larger than ten bytes');
  const memory = openMemory(below);
  const read = await Promise.all(Array.from({ length: 5 }, async () => textOf(await memory.read(keyOf('a')))));
  expect(read).toEqual(Array.from({ length: 5 }, () => 'larger than ten bytes'));
});

test('scopes do not see what others read into memory', async () => {
  const below = new FakeStorage();
  below.bodies.set('a', 'small');
  const memory = openMemory(below);
  await memory.read(keyOf('a', 'pr/1'));
  below.bodies.clear();
  expect(await memory.read(keyOf('a'))).toBeNull();
  expect(await textOf(await memory.read(keyOf('a', 'pr/1')))).toBe('small');
});

test('what exists is asked below', async () => {
  const below = new FakeStorage();
  below.bodies.set('a', 'small');
  const memory = openMemory(below);
  await memory.read(keyOf('a'));
  below.bodies.clear();
  expect(await memory.head(keyOf('a'))).toBeNull();
});

test('an entry that is gone below is forgotten in time, one that is deleted at once', async () => {
  const below = new FakeStorage();
  const clock = { now: 0 };
  const memory = openMemory(below, clock);
  below.bodies.set('a', 'small').set('b', 'small');
  await memory.read(keyOf('a'));
  await memory.read(keyOf('b'));
  await memory.delete(keyOf('b'));
  expect(await memory.read(keyOf('b'))).toBeNull();
  below.bodies.clear();
  clock.now = 1001;
  expect(await memory.read(keyOf('a'))).toBeNull();
});

test('what was used least recently goes when the bytes are used up', async () => {
  const below = new FakeStorage();
  const memory = openMemory(below);
  for (const name of ['a', 'b', 'c']) below.bodies.set(name, 'small');
  await memory.read(keyOf('a'));
  await memory.read(keyOf('b'));
  await memory.read(keyOf('a'));
  await memory.read(keyOf('c'));
  below.bodies.clear();
  const kept = await Promise.all(['a', 'b', 'c'].map(async (name) => (await memory.read(keyOf(name))) !== null));
  expect(kept).toEqual([true, false, true]);
});
