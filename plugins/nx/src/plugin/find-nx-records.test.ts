import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findNxRecords } from './find-nx-records.ts';

/** A workspace whose nx has this in `db-connection.js`. */
function makeWorkspace(dbConnection: string): { readonly root: string; readonly load: () => void } {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'larder-nx-records-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const nx = join(root, 'node_modules/nx');
  mkdirSync(join(nx, 'dist/src/utils'), { recursive: true });
  writeFileSync(join(nx, 'package.json'), '{"name":"nx","version":"24.0.0"}');
  const file = join(nx, 'dist/src/utils/db-connection.js');
  writeFileSync(file, dbConnection);
  const require = createRequire(join(root, 'package.json'));
  return { root, load: () => void require(file) };
}

const shared = 'exports.sharedWorkspaceDataDirectory = (root) => "/home/user/.nx" + root;';

test('an nx that shares its database is asked where that is, if it has loaded what knows', () => {
  const { root, load } = makeWorkspace(shared);
  expect(findNxRecords(root, {})).toBe(join(root, '.nx/workspace-data'));
  load();
  expect(findNxRecords(root, {})).toBe(`/home/user/.nx${root}`);
});

test.each([
  ['has no such function', ''],
  ['throws', 'exports.sharedWorkspaceDataDirectory = () => { throw new Error("no"); };'],
  ['answers something else', 'exports.sharedWorkspaceDataDirectory = () => 7;'],
])('where nx %s, it is the folder of the workspace', (_, dbConnection) => {
  const { root, load } = makeWorkspace(dbConnection);
  load();
  expect(findNxRecords(root, {})).toBe(join(root, '.nx/workspace-data'));
  expect(findNxRecords(root, { NX_WORKSPACE_DATA_DIRECTORY: 'data' })).toBe(join(root, 'data'));
  expect(findNxRecords(root, { NX_WORKSPACE_DATA_DIRECTORY: '/data' })).toBe('/data');
});
