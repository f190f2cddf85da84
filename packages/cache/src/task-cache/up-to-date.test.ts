import { execFileSync } from 'node:child_process';
import { utimesSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openTestCache } from '../fixtures/test-cache.ts';
import { createWorkspace, type TestWorkspace } from '../fixtures/workspace.ts';
import { findOutput } from '../outputs/found-output.ts';
import { isRacy } from '../outputs/prove-unchanged.ts';

const program = fileURLToPath(new URL('../fixtures/report-loaded.ts', import.meta.url));

/** Restores in a process of its own: what came of it, and which of the heavy modules it loaded. */
function restoreElsewhere(workspace: TestWorkspace): { kind: string; heavy: readonly string[] } {
  const args = ['--conditions=source', program, workspace.root, 'a'];
  const { kind, loaded } = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as {
    kind: string;
    loaded: string[];
  };
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

  expect(restoreElsewhere(workspace)).toEqual({ kind: 'up-to-date', heavy: [] });

  // The same test notices when they are loaded.
  const past = new Date('2020-01-01');
  utimesSync(workspace.absolute('web/dist/index.js'), past, past);
  expect(restoreElsewhere(workspace)).toMatchObject({
    kind: 'up-to-date',
    heavy: expect.arrayContaining(['fast-glob']),
  });
});
