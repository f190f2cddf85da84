import { chmodSync, lstatSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { asWorkspacePath } from '@larder/core';
import { expect, test } from 'vitest';

import { digest } from '../digest.ts';
import { makeFolder } from '../testing/make-folder.ts';
import { decodeSnapshot, encodeSnapshot } from './encode-snapshot.ts';
import { createFileTable, digestSizeBytes, RowState } from './file-table.ts';
import type { FileTable } from './file-table.ts';
import { TrackedFiles } from './tracked-files.ts';

const path = asWorkspacePath('a.ts');
/** As if every file had been seen a minute after its last change. */
const aMinuteLater = () => 60_000;
const atOnce = () => 0;

function track(root: string, table: FileTable = createFileTable([path]), readClockSkewMs = aMinuteLater): TrackedFiles {
  return new TrackedFiles(table, { rootAbsolute: root, readClockSkewMs });
}

/** What an earlier process left behind: a digest that is not the file's, to see who trusts it. */
function savedTable(root: string): FileTable {
  const table = createFileTable([path]);
  const stats = lstatSync(join(root, path));
  table.sizeBytes[0] = stats.size;
  table.mtimeMs[0] = stats.mtimeMs;
  table.ctimeMs[0] = stats.ctimeMs;
  table.inode[0] = stats.ino;
  table.mode[0] = stats.mode;
  table.state[0] = RowState.hasFacts;
  table.digests.fill(0xab, 0, digestSizeBytes);
  return decodeSnapshot(encodeSnapshot(table)) ?? table;
}
const savedDigest = 'ab'.repeat(16);

test('facts are the digest of the bytes, the kind and the executable bit', () => {
  const root = makeFolder({ 'a.ts': 'content' });
  expect(track(root).factsOf(path)).toEqual({ digest: digest('content'), kind: 'file', executable: false });
});

test.runIf(process.platform !== 'win32')('any executable bit makes a file executable', () => {
  const root = makeFolder({ 'a.ts': '' });
  chmodSync(join(root, 'a.ts'), 0o654);
  expect(track(root).factsOf(path)?.executable).toBe(true);
});

test("a link's facts are those of its text, wherever it points", () => {
  const root = makeFolder({});
  symlinkSync('nowhere/at all', join(root, 'a.ts'));
  expect(track(root).factsOf(path)).toEqual({ digest: digest('nowhere/at all'), kind: 'symlink', executable: false });
});

test('a file larger than the buffer has the digest of all its bytes', () => {
  const content = 'x'.repeat(256 * 1024 * 3 + 17);
  const root = makeFolder({ 'a.ts': content });
  expect(track(root).factsOf(path)?.digest).toBe(digest(content));
});

test('a file of exactly the size of the buffer has the digest of all its bytes', () => {
  const content = 'y'.repeat(256 * 1024);
  const root = makeFolder({ 'a.ts': content });
  expect(track(root).factsOf(path)?.digest).toBe(digest(content));
});

test('a file whose stat is the saved one is not read', () => {
  const root = makeFolder({ 'a.ts': 'content' });
  expect(track(root, savedTable(root)).factsOf(path)?.digest).toBe(savedDigest);
});

test.each<[string, (file: string) => void]>([
  ['touched', (file) => utimesSync(file, 1, 1)],
  ['made executable', (file) => chmodSync(file, 0o755)],
  ['edited to the same size with its mtime put back', editKeepingMtime],
  ['replaced by another file with the same mtime', replaceKeepingMtime],
])('a file that was %s since is read', (_name, change) => {
  const root = makeFolder({ 'a.ts': 'content' });
  const table = savedTable(root);
  change(join(root, 'a.ts'));
  expect(track(root, table).factsOf(path)?.digest).not.toBe(savedDigest);
});

test('what was read within a tick of its last change is not kept for the next process', () => {
  const root = makeFolder({ 'a.ts': 'content' });
  const files = track(root, createFileTable([path]), atOnce);
  files.factsOf(path);
  expect(files.takeTrustedRows().paths).toEqual([]);
});

test('what was read long after its last change is kept', () => {
  const root = makeFolder({ 'a.ts': 'content' });
  const files = track(root);
  files.factsOf(path);
  const next = track(root, decodeSnapshot(encodeSnapshot(files.takeTrustedRows())) ?? createFileTable([path]));
  expect(next.factsOf(path)?.digest).toBe(digest('content'));
  expect(next.hasNewFacts).toBe(false);
});

test('a file with a time in the future is not kept', () => {
  const root = makeFolder({ 'a.ts': 'content' });
  const tomorrow = new Date(Date.now() + 86_400_000);
  utimesSync(join(root, 'a.ts'), tomorrow, tomorrow);
  const files = track(root);
  files.factsOf(path);
  expect(files.takeTrustedRows().paths).toEqual([]);
});

test('a file read within a tick of its last change is read again by a recheck', () => {
  const root = makeFolder({ 'a.ts': 'before' });
  const files = track(root, createFileTable([path]), atOnce);
  files.factsOf(path);
  writeFileSync(join(root, 'a.ts'), 'after!');
  expect(files.recheck(path)).toBe('changed');
  expect(files.factsOf(path)?.digest).toBe(digest('after!'));
});

test('facts stay those of one moment until they are rechecked', () => {
  const root = makeFolder({ 'a.ts': 'before' });
  const files = track(root);
  files.factsOf(path);
  writeFileSync(join(root, 'a.ts'), 'after, and longer');
  expect(files.factsOf(path)?.digest).toBe(digest('before'));
});

test('a file touched without another content is unchanged', () => {
  const root = makeFolder({ 'a.ts': 'same' });
  const files = track(root);
  files.factsOf(path);
  utimesSync(join(root, 'a.ts'), 5, 5);
  expect(files.recheck(path)).toBe('unchanged');
});

test('a deleted file has no facts, and has them again when it is back', () => {
  const root = makeFolder({ 'a.ts': 'content' });
  const files = track(root);
  rmSync(join(root, 'a.ts'));
  expect(files.factsOf(path)).toBeNull();
  writeFileSync(join(root, 'a.ts'), 'back');
  expect(files.recheck(path)).toBe('changed');
  expect(files.factsOf(path)?.digest).toBe(digest('back'));
});

test('the files of a folder are those below it, not those whose names start like it', () => {
  const paths = ['a', 'a-b/x', 'a/x', 'a/y/z', 'a0/x'].map(asWorkspacePath);
  const files = track('/nowhere', createFileTable(paths));
  expect(files.under(asWorkspacePath('a'))).toEqual(['a/x', 'a/y/z']);
  expect(files.under(asWorkspacePath(''))).toEqual(paths);
  expect(files.has(asWorkspacePath('a/y'))).toBe(false);
});

function editKeepingMtime(file: string): void {
  const { mtime } = lstatSync(file);
  writeFileSync(file, 'CONTENT');
  utimesSync(file, mtime, mtime);
}

function replaceKeepingMtime(file: string): void {
  const { mtime } = lstatSync(file);
  writeFileSync(`${file}.other`, 'CONTENT');
  utimesSync(`${file}.other`, mtime, mtime);
  renameSync(`${file}.other`, file);
}

test('the files that changed last are known by the times of their facts, the latest first', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const root = makeFolder(Object.fromEntries(names.map((name) => [name, name])));
  const ages = [3, 1, 5, 2, 4];
  for (const [index, name] of names.entries()) utimesSync(join(root, name), 1_000, 1_000 - ages[index]!);
  const paths = names.map(asWorkspacePath);
  const files = track(root, createFileTable(paths));
  expect(files.newest(3)).toEqual([]);
  for (const one of paths) if (one !== 'b') files.factsOf(one);
  expect(files.newest(3)).toEqual(['d', 'a', 'e']);
  expect(files.newest(9)).toEqual(['d', 'a', 'e', 'c']);
});
