import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { entriesFolder, entryPath } from '../storage/entry-path.ts';
import { openDisk } from '../storage/open-storage.ts';
import { defaultStorageOptions } from '../storage/storage-options.ts';
import type { EntryKey } from '../storage/storage.ts';
import { scopeNamed } from '../testing/scope-named.ts';
import { runCommand } from './run-command.ts';

let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'larder-look-after-'));
});

afterEach(() => rm(directory, { recursive: true }));

function keyOf(name: string, scope = 'main'): EntryKey {
  return { scope: scopeNamed(scope), namespace: 'nx', name };
}

function fileOf(key: EntryKey): string {
  return join(directory, entriesFolder, entryPath(key));
}

async function* bytes(body: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(body);
}

async function store(...keys: EntryKey[]): Promise<void> {
  const storage = await openDisk({
    ...defaultStorageOptions,
    directory,
    maxBytes: 100_000_000,
    maxBodyBytes: 1_000_000,
    staleAfterMs: 60_000,
    epochMs: Date.now,
    record: () => {},
  });
  const write = { sizeBytes: null, sha256: null, storedBy: 'me', attributes: {} };
  for (const key of keys) await storage.write({ ...write, key, body: bytes('x'.repeat(100_000)) });
  await storage.close();
}

async function run(...argv: string[]): Promise<{ exitCode: number; out: string; error: string }> {
  let [out, error] = ['', ''];
  const exitCode = await runCommand(argv, {
    writeOut: (text) => void (out += text),
    writeError: (text) => void (error += text),
    epochMs: Date.now,
    currentDirectory: directory,
    env: {},
    version: '1.0.0',
    untilStopped: () => Promise.resolve(),
  });
  return { exitCode, out, error };
}

test('stats shows what each scope holds', async () => {
  await store(keyOf('a'), keyOf('b'), keyOf('c', 'pr/7'));
  const { exitCode, out } = await run('stats', '--storage', '.');
  expect(exitCode).toBe(0);
  expect(out).toMatch(/^main nx {2}2 entries {2}0\.2 MB {2}newest .*\npr\/7 nx {2}1 entries .*\n3 entries, 0\.3 MB\n$/);
  const json: unknown = JSON.parse((await run('stats', '--storage', '.', '--json')).out);
  expect(json).toMatchObject({ scopes: [{ scope: 'main', namespace: 'nx', entries: 2, sizeBytes: 200_000 }, {}] });
});

test('verify finds a changed byte, removes that entry alone, and exits with 1', async () => {
  await store(keyOf('a'), keyOf('b'));
  const { open } = await import('node:fs/promises');
  await using file = await open(fileOf(keyOf('a')), 'r+');
  await file.write(Buffer.from('y'), 0, 1, 5000);
  const first = await run('verify', '--storage', '.');
  expect(first).toMatchObject({
    exitCode: 1,
    out: `damaged, removed: ${entryPath(keyOf('a'))}\n2 entries, 1 damaged\n`,
  });
  expect(await run('verify', '--storage', '.')).toMatchObject({ exitCode: 0, out: '1 entries, 0 damaged\n' });
});

test('verify finds entries that were cut short', async () => {
  await store(keyOf('a'));
  await truncate(fileOf(keyOf('a')), 50_000);
  expect((await run('verify', '--storage', '.')).exitCode).toBe(1);
});

test('gc keeps what fits the limit', async () => {
  await store(keyOf('a'), keyOf('b'), keyOf('c'));
  const { exitCode, out } = await run('gc', '--storage', '.', '--max-size', '300KB', '--pull-request-share', '0%');
  expect({ exitCode, out }).toEqual({ exitCode: 0, out: 'removed 1 entries; 2 are left, 0.2 MB\n' });
  expect(
    (await readdir(join(directory, entriesFolder), { recursive: true })).filter((path) => path.length > 90),
  ).toHaveLength(2);
});

test.each(['verify', 'stats', 'gc'])('%s says so where there is no storage', async (command) => {
  await writeFile(join(directory, 'file'), '');
  for (const storage of ['missing', 'file']) {
    const { exitCode, error } = await run(command, '--storage', storage);
    expect(exitCode).toBe(2);
    expect(error).toContain('There is no storage at');
  }
});

test('flags of a bucket without the bucket are wrong usage', async () => {
  const { exitCode, error } = await run('--storage', '.', '--s3-endpoint', 'http://127.0.0.1:1');
  expect(exitCode).toBe(2);
  expect(error).toContain('--s3-bucket');
});
