import { execFile } from 'node:child_process';
import { utimesSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startCacheServer } from '../fixtures/cache-server.ts';
import { openTestCache } from '../fixtures/test-cache.ts';
import { createWorkspace, type TestWorkspace } from '../fixtures/workspace.ts';
import { findOutput } from '../outputs/found-output.ts';
import { isRacy } from '../outputs/prove-unchanged.ts';

const run = promisify(execFile);
const program = fileURLToPath(new URL('../fixtures/report-loaded.ts', import.meta.url));

/** Restores in a process of its own: what came of it, and which of the heavy modules it loaded. */
async function restoreElsewhere(
  workspace: TestWorkspace,
  { remote, ...env }: Record<string, string> = {},
): Promise<{ kind: string; heavy: readonly string[] }> {
  const args = ['--conditions=source', program, workspace.root, 'a', ...(remote === undefined ? [] : [remote])];
  const { stdout } = await run(process.execPath, args, { env: { PATH: process.env['PATH'], ...env } });
  const { kind, loaded } = JSON.parse(stdout) as { kind: string; loaded: string[] };
  const heavy = /^(tar|undici|fast-glob|node:zlib)(\/|$)/;
  return { kind, heavy: [...new Set(loaded.filter((specifier) => heavy.test(specifier)))].sort() };
}

test('an up-to-date task is proved without tar, zstd, undici and fast-glob', async () => {
  using workspace = createWorkspace();
  const { store, restore } = openTestCache(workspace, { outputs: ['web/dist/*.js'] });
  workspace.write({ 'web/dist/index.js': 'code' });
  await store('a');
  // Until the clock has moved on from the times of the files, only their contents can prove it.
  const found = findOutput(workspace.root, 'web/dist/index.js');
  if (found === null) throw new Error('the output was not written');
  while (isRacy(found.stat, Date.now())) await restore('a');
  await restore('a');

  expect(await restoreElsewhere(workspace)).toEqual({ kind: 'up-to-date', heavy: [] });

  // The same test notices when they are loaded.
  const past = new Date('2020-01-01');
  utimesSync(workspace.absolute('web/dist/index.js'), past, past);
  expect(await restoreElsewhere(workspace)).toMatchObject({
    kind: 'up-to-date',
    heavy: expect.arrayContaining(['fast-glob']),
  });
});

test('a remote cache is asked without undici, but for who has a proxy', async () => {
  using workspace = createWorkspace();
  await using server = await startCacheServer();
  const remote = server.url;
  expect((await restoreElsewhere(workspace, { remote })).heavy).not.toContain('undici');
  expect(server.requests).toEqual(['GET']);
  const proxied = await restoreElsewhere(workspace, { remote, HTTP_PROXY: new URL(remote).origin });
  expect(proxied.heavy).toContain('undici');
});
