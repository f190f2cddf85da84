import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { layeredWorkspace } from './support/make-workspace.ts';
import { larder, larderEvents } from './support/run-larder.ts';

const secret = 'correct-horse-battery-staple';

/** Every file below Larder's folder that holds the text, what artifacts hold included. */
function filesWith(root: string, text: string): readonly string[] {
  const files = filesBelow(join(root, '.larder'));
  return files.filter((file) => {
    const bytes = readFileSync(file);
    return bytes.includes(text) || unpack(bytes).includes(text);
  });
}

function filesBelow(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** The archive in an artifact, as docs/artifact-format.md says how it is told apart; other files as they are. */
function unpack(bytes: Buffer): Buffer {
  if (bytes.subarray(0, 4).equals(Buffer.from('28b52ffd', 'hex'))) return zstdDecompressSync(bytes);
  return bytes.subarray(0, 2).equals(Buffer.from('1f8b', 'hex')) ? gunzipSync(bytes) : bytes;
}

const workspace = (envMode: string) => ({
  'nx.json': {
    namedInputs: { default: ['{projectRoot}/**/*'] },
    targetDefaults: {
      build: { dependsOn: ['^build'], inputs: ['default', { env: 'API_TOKEN' }], cache: true },
      test: { cache: true },
    },
    larder: { envMode },
  },
});

test('a secret that tasks use is found nowhere in what Larder keeps and prints', async () => {
  const root = layeredWorkspace(workspace('loose'));
  const env = { API_TOKEN: secret, OTHER_SECRET: secret };
  for (const value of [secret, `${secret}-2`]) {
    const run = await larder(root, ['run-many', '-t', 'build', 'test', '--verbose'], {
      env: { ...env, API_TOKEN: value },
    });
    expect(run.exitCode).toBe(0);
    expect(run.stdout + run.stderr).not.toContain(secret);
  }
  const why = await larder(root, ['why', 'core:build', '--since', 'last'], { env });
  expect(why.stdout).toContain('variable API_TOKEN changed');
  expect(why.stdout).not.toContain(secret);
  expect(filesWith(root, secret)).toEqual([]);
});

test('what a task itself prints is found in its artifact: the search looks into them', async () => {
  const manifest = { name: 'core', version: '1.0.0', scripts: { build: 'node -p "process.env.API_TOKEN"' } };
  const root = layeredWorkspace({ ...workspace('loose'), 'packages/core/package.json': manifest });
  await larderEvents(root, ['core:build'], { env: { API_TOKEN: secret } });
  const artifacts = filesWith(root, secret).filter((file) => !readFileSync(file).includes(secret));
  expect(artifacts).toHaveLength(1);
});

test('neither is a digest of it that could be tried out', async () => {
  const root = layeredWorkspace(workspace('loose'));
  await larderEvents(root, ['run-many', '-t', 'build'], { env: { API_TOKEN: secret } });
  const why = await larder(root, ['why', 'core:build', '--json'], { env: { API_TOKEN: secret } });
  const { entries } = JSON.parse(why.stdout) as { entries: { kind: string; name: string; value: string }[] };
  const unsalted = entries.find((entry) => entry.kind === 'env' && entry.name === 'API_TOKEN')!.value;
  expect(unsalted).toMatch(/^[0-9a-f]{32}$/);
  expect(filesWith(root, unsalted)).toEqual([]);
  expect(filesWith(root, createHash('sha256').update(secret).digest('hex'))).toEqual([]);
});

test('in strict mode a variable that nobody declared does not reach a task', async () => {
  const print = `node -p "['seen', process.env.API_TOKEN, process.env.OTHER_SECRET].join(':')"`;
  const manifest = { name: 'core', version: '1.0.0', scripts: { build: print } };
  const env = { API_TOKEN: 'declared', OTHER_SECRET: 'undeclared' };
  for (const [mode, seen] of [
    ['strict', 'seen:declared:\n'],
    ['loose', 'seen:declared:undeclared'],
  ] as const) {
    const root = layeredWorkspace({ ...workspace(mode), 'packages/core/package.json': manifest });
    const { stdout } = await larder(root, ['run', 'core:build'], { env });
    expect(stdout).toContain(seen);
  }
});
