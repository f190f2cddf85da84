import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { asWorkspacePath } from '@larder/core';
import { expect, test } from 'vitest';

import { digest } from './digest.ts';
import { stampFolders } from './files/known-folders.ts';
import { listFiles } from './files/list-files.ts';
import { readWorkspace } from './read-workspace.ts';
import { writeKnownFolders } from './state/listing-file.ts';
import { addFiles, makeFolder } from './testing/make-folder.ts';

const open = (root: string) =>
  readWorkspace(root, { stateDirectoryAbsolute: join(root, '.larder/state'), log: () => {} });
const at = asWorkspacePath;

test('the files of a workspace have their facts', () => {
  const workspace = open(makeFolder({ 'a/x.ts': '1', 'b.ts': '2' }));
  expect(workspace.files.paths).toEqual(['a/x.ts', 'b.ts']);
  expect(workspace.files.factsOf(at('a/x.ts'))?.digest).toBe(digest('1'));
  expect(workspace.files.factsOf(at('missing'))).toBeNull();
  expect(workspace.problems).toEqual([]);
});

test('a saved state is one file, and the next process gives the same facts', async () => {
  const root = makeFolder({ 'a/x.ts': '1', 'b.ts': '2' });
  const first = open(root);
  for (const path of first.files.paths) first.files.factsOf(path);
  first.saveState();
  expect(readdirSync(join(root, '.larder/state'))).toEqual(['files']);
  addFiles(root, { 'b.ts': 'two', 'c.ts': '3' });
  const second = open(root);
  expect(second.files.paths.map((path) => second.files.factsOf(path)?.digest)).toEqual(['1', 'two', '3'].map(digest));
});

test('reading without being asked for facts saves nothing', async () => {
  const root = makeFolder({ 'a.ts': '' });
  open(root).saveState();
  expect(existsSync(join(root, '.larder'))).toBe(false);
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['garbage', Buffer.alloc(5000, 7)],
  ['text', Buffer.from('LARDERft')],
])('a state file with %s in it is ignored', (_name, content) => {
  const root = makeFolder({ 'a.ts': '1' });
  mkdirSync(join(root, '.larder/state'), { recursive: true });
  writeFileSync(join(root, '.larder/state/files'), content);
  expect(open(root).files.factsOf(at('a.ts'))?.digest).toBe(digest('1'));
});

test('a state that cannot be saved is no trouble', async () => {
  const root = makeFolder({ 'a.ts': '1', '.larder': 'a file, where a folder should be' });
  const workspace = open(root);
  workspace.files.factsOf(at('a.ts'));
  expect(() => workspace.saveState()).not.toThrow();
});

test('a refresh returns what changed, what is gone and what is new, and nothing else', () => {
  const root = makeFolder({ 'p/same': '1', 'p/edited': '1', 'p/deleted': '1', 'q/edited': '1', '.gitignore': 'dist' });
  const workspace = open(root);
  for (const path of workspace.files.paths) workspace.files.factsOf(path);
  addFiles(root, { 'p/edited': '2', 'p/new/x': '3', 'p/dist/y': '4', 'q/edited': '2' });
  rmSync(join(root, 'p/deleted'));
  expect(workspace.refresh([at('p')])).toEqual(['p/deleted', 'p/edited', 'p/new/x']);
  expect(workspace.files.paths).toEqual(['.gitignore', 'p/edited', 'p/new/x', 'p/same', 'q/edited']);
  expect(workspace.files.factsOf(at('p/edited'))?.digest).toBe(digest('2'));
  expect(workspace.files.factsOf(at('q/edited'))?.digest).toBe(digest('1'));
});

test('a refresh of single files finds edited, deleted and new ones', () => {
  const root = makeFolder({ a: '1', b: '1', c: '1' });
  const workspace = open(root);
  for (const path of workspace.files.paths) workspace.files.factsOf(path);
  addFiles(root, { a: '2', d: '1' });
  rmSync(join(root, 'b'));
  expect(workspace.refresh(['a', 'b', 'c', 'd', 'e'].map(at))).toEqual(['a', 'b', 'd']);
  expect(workspace.refresh(['a', 'b', 'c', 'd', 'e'].map(at))).toEqual([]);
});

test('a refresh of the root compares everything', () => {
  const root = makeFolder({ 'p/a': '1', b: '1' });
  const workspace = open(root);
  for (const path of workspace.files.paths) workspace.files.factsOf(path);
  addFiles(root, { 'p/a': '2', c: '1' });
  rmSync(join(root, 'b'));
  expect(workspace.refresh([at('')])).toEqual(['b', 'c', 'p/a']);
});

test('a file that became a folder is gone, and the files in it are new', () => {
  const root = makeFolder({ a: '1' });
  const workspace = open(root);
  workspace.files.factsOf(at('a'));
  rmSync(join(root, 'a'));
  addFiles(root, { 'a/b': '1' });
  expect(workspace.refresh([at('a')])).toEqual(['a', 'a/b']);
  expect(workspace.files.paths).toEqual(['a/b']);
});

test('files that a new rule ignores are gone after a refresh', () => {
  const root = makeFolder({ 'p/a': '1', 'p/b.log': '1' });
  const workspace = open(root);
  addFiles(root, { 'p/.gitignore': '*.log' });
  expect(workspace.refresh([at('p')])).toEqual(['p/.gitignore', 'p/b.log']);
});

test('how many files there are is told while they are listed, before the folders around them are done', () => {
  const root = makeFolder({ 'a/x.ts': '1', 'a/y.ts': '2', 'b/z.ts': '3', 'c.ts': '4' });
  expect(countsOf(root)).toEqual([2, 3, 4]);
});

test('of a listing that is known, how many there are is told before any folder is looked at', () => {
  const root = makeFolder({ 'a/x.ts': '1', 'b/y.ts': '2', 'c.ts': '3' });
  const stateDirectoryAbsolute = join(root, '.larder/state');
  const { listed } = listFiles(root, () => {});
  const known = stampFolders(root, { ...listed, startedAtMs: Date.now() + 60_000 }, 0);
  if (known === null) throw new Error('nothing was kept');
  writeKnownFolders(stateDirectoryAbsolute, known, () => {});
  addFiles(root, { 'd.ts': '4' });
  expect(countsOf(root)).toEqual([3]);
});

function countsOf(root: string): readonly number[] {
  const counts: number[] = [];
  const onCounted = (files: number): void => void counts.push(files);
  readWorkspace(root, { stateDirectoryAbsolute: join(root, '.larder/state'), log: () => {}, onCounted });
  return counts;
}
