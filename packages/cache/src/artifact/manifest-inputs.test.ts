import type { HashEntry, Task } from '@larder/core';
import { expect, test } from 'vitest';
import { hashNamed, taskWith } from '../fixtures/tasks.ts';
import { neverAborted, openTestCache, type TestCache } from '../fixtures/test-cache.ts';
import { createWorkspace } from '../fixtures/workspace.ts';
import { defaultArtifactLimits } from './limits.ts';
import type { Manifest } from './manifest.ts';
import { readArtifact } from './read-artifact.ts';

const task: Task = taskWith(['web/dist']);
const sourceDigest = '0123456789abcdef0123456789abcdef';
const entries: readonly HashEntry[] = [
  { kind: 'args', name: 'args', value: '["--token=hunter2"]' },
  { kind: 'env', name: 'API_TOKEN', value: sourceDigest },
  { kind: 'files', name: 'web/src/**', value: sourceDigest },
  { kind: 'options', name: 'command', value: '"tsc"' },
];

async function store({ cache }: TestCache, hash: string, inputs?: readonly HashEntry[]): Promise<unknown> {
  const result = { terminalOutput: Buffer.from('built\n'), durationMs: 5 };
  return await cache.store(task, hashNamed(hash), inputs === undefined ? result : { ...result, inputs }, neverAborted);
}

async function readManifest({ local }: TestCache, hash: string): Promise<{ manifest: Manifest; bytes: Buffer }> {
  const entry = await local?.read(hashNamed(hash), neverAborted);
  const chunks: Uint8Array[] = [];
  for await (const chunk of entry?.body ?? []) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const read = await readArtifact(
    (async function* () {
      yield bytes;
    })(),
    {
      hash: hashNamed(hash),
      limits: defaultArtifactLimits,
      trust: null,
      onManifest: () => Promise.resolve({ kind: 'enough' }),
    },
  );
  if (read.kind !== 'valid') throw new Error(read.reason);
  return { manifest: read.manifest, bytes };
}

test('an artifact carries the digests of its inputs in their order, and only the names of what may be secret', async () => {
  using workspace = createWorkspace();
  workspace.write({ 'web/dist/index.js': 'code' });
  const opened = openTestCache(workspace);
  expect(await store(opened, 'a', entries)).toMatchObject({ kind: 'stored' });
  const { manifest } = await readManifest(opened, 'a');
  expect(manifest.inputs).toEqual([
    { kind: 'args', name: 'args' },
    { kind: 'env', name: 'API_TOKEN' },
    { kind: 'files', name: 'web/src/**', digest: sourceDigest },
    { kind: 'options', name: 'command', digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
  ]);
  expect(JSON.stringify(manifest)).not.toContain('hunter2');
});

test('the same inputs give the same bytes', async () => {
  using workspace = createWorkspace();
  workspace.write({ 'web/dist/index.js': 'code' });
  const opened = openTestCache(workspace);
  await store(opened, 'a', entries);
  const first = await readManifest(opened, 'a');
  await opened.local?.drop(hashNamed('a'));
  await store(opened, 'a', entries);
  expect((await readManifest(opened, 'a')).bytes.equals(first.bytes)).toBe(true);
});

test('an artifact with too many inputs, or none that are known, is stored without them', async () => {
  using workspace = createWorkspace();
  workspace.write({ 'web/dist/index.js': 'code' });
  const opened = openTestCache(workspace);
  const many = Array.from({ length: 5001 }, (_, index): HashEntry => ({
    kind: 'env',
    name: `V${index}`,
    value: 'unset',
  }));
  await store(opened, 'a', many);
  await store(opened, 'b');
  await store(opened, 'c', [{ kind: 'runtime', name: 'x'.repeat(2001), value: sourceDigest }]);
  for (const hash of ['a', 'b', 'c']) expect((await readManifest(opened, hash)).manifest.inputs).toBeUndefined();
});
