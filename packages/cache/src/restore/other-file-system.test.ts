import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { openTestCache } from '../fixtures/test-cache.ts';
import { createWorkspace, type TestWorkspace } from '../fixtures/workspace.ts';

/** Linux has it nearly everywhere, and in memory. */
const otherFolder = '/dev/shm';

/** Puts `.larder` on another file system, as a volume that is mounted there does; false where there is none. */
function mountState(workspace: TestWorkspace): boolean {
  const other = statSync(otherFolder, { throwIfNoEntry: false })?.dev;
  if (other === undefined || other === statSync(workspace.root).dev) return false;
  const folder = mkdtempSync(`${otherFolder}/larder-state-`);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(folder, workspace.absolute('.larder'));
  return true;
}

test('outputs are restored where the state is on another file system than they', async ({ skip }) => {
  using workspace = createWorkspace();
  if (!mountState(workspace)) skip('there is no second file system');
  const { store, restore, troubles } = openTestCache(workspace);
  workspace.write({ 'web/dist/a.js': '1', 'web/dist/sub/b.js': '2' });
  workspace.link('web/dist/link', 'a.js');
  mkdirSync(workspace.absolute('web/dist/empty'), { mode: 0o700 });
  await store('a');
  const before = workspace.tree('web');
  for (const change of [
    () => rmSync(workspace.absolute('web/dist'), { recursive: true }),
    () => workspace.write({ 'web/dist/a.js': 'another' }),
    () => rmSync(workspace.absolute('web/dist/sub'), { recursive: true }),
  ]) {
    change();
    expect(await restore('a')).toMatchObject({ kind: 'restored' });
    expect(workspace.tree('web')).toEqual(before);
    expect(await restore('a')).toMatchObject({ kind: 'up-to-date' });
  }
  expect(troubles).toEqual([]);
  expect(Object.keys(workspace.tree('.larder/state/staging')).slice(1)).toEqual([]);
});
