import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commitAll, layeredWorkspace, makeFolder, writeFiles } from './support/make-workspace.ts';
import { larder, larderEvents } from './support/run-larder.ts';
import { startTestServer } from './support/start-server.ts';

const buildAll = ['run-many', '-t', 'build'];

function removeOutputs(root: string): void {
  for (const name of ['core', 'ui', 'app'])
    rmSync(join(root, `packages/${name}/dist`), { recursive: true, force: true });
}

test('an exported cache makes another checkout up and running', async () => {
  const root = layeredWorkspace();
  await larderEvents(root, buildAll);
  const file = join(makeFolder(), 'cache.tar');
  expect(await larder(root, ['cache', 'export', file])).toMatchObject({ exitCode: 0 });
  rmSync(join(root, '.larder'), { recursive: true });
  removeOutputs(root);
  const imported = await larder(root, ['cache', 'import', file]);
  expect(imported).toMatchObject({ exitCode: 0, stdout: 'Imported 3 entries, 0 there already.\n' });
  expect((await larderEvents(root, buildAll)).outcomes).toMatchObject({ 'app:build': 'restored:local' });
  writeFileSync(file, readFileSync(file).subarray(0, 4000));
  const cut = await larder(root, ['cache', 'import', file]);
  expect(cut.exitCode).toBe(1);
  expect(cut.stderr).toContain('ends too early');
});

test('verify finds a damaged entry, and the next run heals it', async () => {
  const root = layeredWorkspace();
  await larderEvents(root, buildAll);
  expect(await larder(root, ['cache', 'verify'])).toMatchObject({ exitCode: 0 });
  const layout = join(root, '.larder/cache/v1');
  const shard = readdirSync(layout).find((name) => /^[0-9a-f]{2}$/.test(name)) ?? '';
  const entry = join(layout, shard, readdirSync(join(layout, shard))[0] ?? '');
  writeFileSync(entry, 'damaged');
  const verified = await larder(root, ['cache', 'verify']);
  expect(verified.exitCode).toBe(1);
  expect(verified.stdout).toContain('1 entry removed as damaged');
  expect(existsSync(entry)).toBe(false);
  await larderEvents(root, buildAll);
  expect(await larder(root, ['cache', 'verify'])).toMatchObject({ exitCode: 0 });
});

test('verify --rerun names the outputs that two executions disagree on', async () => {
  const root = layeredWorkspace({
    'packages/ui/package.json': {
      name: 'ui',
      version: '1.0.0',
      scripts: { build: 'mkdir -p dist && echo same > dist/same.txt && date +%N > dist/time.txt' },
      dependencies: { core: '1.0.0' },
    },
  });
  const flaky = await larder(root, ['cache', 'verify', '--rerun', 'ui:build']);
  expect(flaky.exitCode).toBe(1);
  expect(flaky.stdout).toContain('packages/ui/dist/time.txt');
  expect(flaky.stdout).not.toContain('packages/ui/dist/same.txt');
  const steady = await larder(root, ['cache', 'verify', '--rerun', 'core:build']);
  expect(steady).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('same outputs twice') });
  expect(await larder(root, ['cache', 'verify', '--rerun', 'core:nothing'])).toMatchObject({ exitCode: 2 });
  // Executing it out of its place taught nobody what it is made of, or how long it takes.
  const why = await larder(root, ['why', 'ui:build', '--since', 'last']);
  expect([why.exitCode, why.stdout]).toEqual([0, expect.stringContaining('nothing changed')]);
  const { runs } = JSON.parse((await larder(root, ['stats', '--runs', '--json'])).stdout) as {
    runs: readonly object[];
  };
  expect(runs).toHaveLength(2);
});

test('warm fetches for the working tree or for a commit, and executes nothing', async () => {
  const root = layeredWorkspace();
  const server = await startTestServer();
  const env = { LARDER_REMOTE_URL: server.url, LARDER_REMOTE_TOKEN: await server.token('main', 'write') };
  await larderEvents(root, buildAll, { env });
  rmSync(join(root, '.larder'), { recursive: true });
  removeOutputs(root);
  writeFiles(root, { 'packages/core/src/index.txt': 'core v2\n' });
  commitAll(root, 'second');
  const here = await larder(root, ['cache', 'warm', '-t', 'build'], { env });
  expect(here).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Fetched 0 entries') });
  const before = await larder(root, ['cache', 'warm', '-t', 'build', '--ref', 'HEAD~1'], { env });
  expect(before).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Fetched 3 entries') });
  writeFiles(root, { 'packages/core/src/index.txt': 'core v1\n' });
  const run = await larderEvents(root, buildAll);
  expect(run.outcomes).toMatchObject({ 'core:build': 'restored:local', 'app:build': 'restored:local' });
  expect(await larder(root, ['cache', 'warm', '-t', 'build', '--ref', 'nowhere'], { env })).toMatchObject({
    exitCode: 2,
  });
  expect(await larder(root, ['cache', 'warm', '-t', 'build'])).toMatchObject({ exitCode: 2 });
});
