import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBucket } from '../storage/s3/bucket.ts';
import { objectKey } from '../storage/s3/object-key.ts';
import { S3Level } from '../storage/s3/s3-level.ts';
import type { EntryFacts } from '../storage/storage.ts';
import { scopeNamed } from '../testing/scope-named.ts';
import { startTestBucket, type TestBucket } from '../testing/start-s3.ts';
import { runCommand } from './run-command.ts';

const day = 86_400_000;
const now = 100 * day;
let bucket: TestBucket;
let directory = '';

beforeAll(async () => {
  bucket = await startTestBucket();
  directory = await mkdtemp(join(tmpdir(), 'larder-bucket-'));
});

afterAll(async () => {
  await bucket[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

async function store(name: string, storedAtEpochMs: number): Promise<EntryFacts> {
  const body = `body of ${name}`;
  const file = join(directory, name);
  await writeFile(file, body);
  const facts: EntryFacts = {
    key: { scope: scopeNamed('main'), namespace: 'nx', name },
    sizeBytes: body.length,
    sha256: createHash('sha256').update(body).digest('hex'),
    storedAtEpochMs,
    storedBy: 'me',
    attributes: {},
  };
  const level = await S3Level.open(bucket.options);
  await level.put(facts, file);
  level.close();
  return facts;
}

/** Other bytes of the same length, under the same name and with the same metadata. */
async function damage({ key }: EntryFacts): Promise<void> {
  const { client, sdk, options } = await openBucket(bucket.options);
  const place = { Bucket: options.bucket, Key: objectKey(options.prefix, key) };
  const { Metadata, ContentLength = 0 } = await client.send(new sdk.HeadObjectCommand(place));
  const changed = { ...(Metadata === undefined ? {} : { Metadata }), Body: 'x'.repeat(ContentLength) };
  await client.send(new sdk.PutObjectCommand({ ...place, ...changed }));
  client.destroy();
}

async function run(...argv: string[]): Promise<{ exitCode: number; out: string; error: string }> {
  let [out, error] = ['', ''];
  const exitCode = await runCommand(argv, {
    writeOut: (text) => void (out += text),
    writeError: (text) => void (error += text),
    epochMs: () => now,
    currentDirectory: directory,
    env: {},
    version: '1.0.0',
    untilStopped: () => Promise.resolve(),
  });
  return { exitCode, out, error };
}

function bucketFlags(): string[] {
  const { endpoint, prefix } = bucket.options;
  return ['--s3-bucket', 'larder', '--s3-endpoint', String(endpoint), '--s3-prefix', prefix, '--s3-path-style'];
}

test('verify, stats and gc look after a bucket as after a disk', async () => {
  await store('1', now - day);
  const damaged = await store('2', now - day);
  await store('3', now - 20 * day);
  await damage(damaged);
  const first = await run('verify', ...bucketFlags());
  expect(first.exitCode).toBe(1);
  expect(first.out).toBe(`damaged, removed: ${objectKey('team/', damaged.key)}\n3 entries, 1 damaged\n`);
  expect(await run('verify', ...bucketFlags())).toMatchObject({ exitCode: 0, out: '2 entries, 0 damaged\n' });
  expect((await run('gc', ...bucketFlags())).error).toContain('--max-age');
  expect((await run('gc', ...bucketFlags(), '--max-age', '7d')).out).toMatch(/^removed 1 entries; 1 are left/);
  expect((await run('stats', ...bucketFlags())).out).toContain('main nx  1 entries');
});

test('a folder and a bucket exclude each other, and one of them is needed', async () => {
  expect((await run('verify', '--storage', '.', ...bucketFlags())).error).toContain('either --storage or --s3-bucket');
  expect((await run('verify')).error).toContain('--s3-bucket');
});
