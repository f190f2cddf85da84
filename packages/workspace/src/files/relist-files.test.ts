import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { readKnownFolders, writeKnownFolders } from '../state/listing-file.ts';
import { createRandom, editAtRandom } from '../testing/edit-at-random.ts';
import { makeFolder } from '../testing/make-folder.ts';
import { stampFolders } from './known-folders.ts';
import type { KnownFolders } from './known-folders.ts';
import { listFiles } from './list-files.ts';
import type { WholeListing } from './list-files.ts';
import { relistFiles } from './relist-files.ts';

const ignoreLog = (): void => {};

/** What a process keeps that looked at the tree when its last change was a minute ago. */
function keep(root: string, listing: WholeListing = listFiles(root, ignoreLog)): KnownFolders {
  const known = stampFolders(root, { ...listing.listed, startedAtMs: Date.now() + 60_000 }, 0);
  if (known === null) throw new Error('nothing was kept');
  return known;
}

/** Paths and folders as a process finds them that knows an earlier listing, and whether it could begin from that. */
function relist(root: string, known: KnownFolders) {
  const listing = relistFiles(root, known, ignoreLog);
  const { paths, listed } = listing ?? listFiles(root, ignoreLog);
  const { folders } = listed.tree;
  return { paths, folders, isRelisted: listing !== null };
}

function expectSame(root: string, known: KnownFolders): boolean {
  const { isRelisted, ...found } = relist(root, known);
  const { paths, listed } = listFiles(root, ignoreLog);
  expect(found).toEqual({ paths, folders: listed.tree.folders });
  return isRelisted;
}

function makeWorkspace(): string {
  const files = { 'a/src/x.ts': '', 'a/src/deep/y.ts': '', 'a/package.json': '', 'b/z.ts': '', '.gitignore': 'dist\n' };
  return makeFolder({ '.git/HEAD': '', ...files });
}

test('an unchanged tree is listed without reading a folder', () => {
  const root = makeWorkspace();
  const known = keep(root);
  // Whoever reads it finds another name than the one that is known.
  const names = known.tree.names.map((held) => held.map((name) => (name === 'z.ts' ? 'known.ts' : name)));
  expect(relist(root, { ...known, tree: { ...known.tree, names } }).paths).toContain('b/known.ts');
});

test.each<[string, (root: string) => void]>([
  ['a new file', (root) => writeFileSync(join(root, 'b/new.ts'), '')],
  ['a deleted file', (root) => rmSync(join(root, 'a/src/x.ts'))],
  ['a deleted folder', (root) => rmSync(join(root, 'a/src'), { recursive: true })],
  ['a renamed folder', (root) => renameSync(join(root, 'a/src'), join(root, 'a/lib'))],
  ['a new folder with files', (root) => mkdirSync(join(root, 'c/d/e'), { recursive: true })],
  ['an ignored folder', (root) => mkdirSync(join(root, 'a/dist/x'), { recursive: true })],
  ['a folder that a link took the place of', (root) => replaceByLink(root)],
  ['a file that a folder took the place of', (root) => replaceByFolder(root)],
])('%s is found, and the rest is taken as it was', (_, edit) => {
  const root = makeWorkspace();
  const known = keep(root);
  edit(root);
  expect(expectSame(root, known)).toBe(true);
});

function replaceByLink(root: string): void {
  renameSync(join(root, 'a/src'), join(root, 'kept'));
  symlinkSync('../kept', join(root, 'a/src'));
}

function replaceByFolder(root: string): void {
  rmSync(join(root, 'b/z.ts'));
  mkdirSync(join(root, 'b/z.ts'));
  writeFileSync(join(root, 'b/z.ts/inside.ts'), '');
}

test.each<[string, (root: string) => void]>([
  ['changed', (root) => writeFileSync(join(root, '.gitignore'), 'src\n')],
  ['gone', (root) => rmSync(join(root, '.gitignore'))],
  ['new in a folder', (root) => writeFileSync(join(root, 'b/.gitignore'), '*.ts\n')],
  ['new in a new folder', (root) => makeIgnoring(join(root, 'n'))],
  ['new in git', (root) => makeExclude(root)],
])('ignore rules that are %s make everything be read again', (_, edit) => {
  const root = makeWorkspace();
  const known = keep(root);
  edit(root);
  expect(expectSame(root, known)).toBe(false);
});

function makeIgnoring(folder: string): void {
  mkdirSync(folder);
  writeFileSync(join(folder, '.gitignore'), '*.ts\n');
  writeFileSync(join(folder, 'x.ts'), '');
}

function makeExclude(root: string): void {
  mkdirSync(join(root, '.git/info'));
  writeFileSync(join(root, '.git/info/exclude'), '*.ts\n');
}

test('another repository around the workspace makes everything be read again', () => {
  const root = makeWorkspace();
  const known = keep(root);
  rmSync(join(root, '.git'), { recursive: true });
  expect(expectSame(root, known)).toBe(false);
});

test('a folder that may have changed after it was read is read again', () => {
  const root = makeWorkspace();
  const listing = listFiles(root, ignoreLog);
  const known = stampFolders(root, { ...listing.listed, rulesFiles: [] }, 0);
  expect(known?.stamps.every(Number.isNaN)).toBe(true);
});

test('rules that may have changed after they were read are not relied on', () => {
  const root = makeWorkspace();
  expect(stampFolders(root, listFiles(root, ignoreLog).listed, 0)).toBeNull();
});

test('a time that was put back does not hide a change', () => {
  const root = makeWorkspace();
  const time = new Date(1_600_000_000_000);
  utimesSync(join(root, 'b'), time, time);
  const known = keep(root);
  writeFileSync(join(root, 'b/new.ts'), '');
  utimesSync(join(root, 'b'), time, time);
  expect(expectSame(root, known)).toBe(true);
});

test('what is kept comes back from the disk as it was, also of names with newlines and of empty folders', () => {
  const root = makeFolder({ 'a\nb/c': '', 'ä/ö ü': '' });
  mkdirSync(join(root, 'empty/inner'), { recursive: true });
  const state = mkdtempSync(join(tmpdir(), 'larder-state-'));
  const known = keep(root);
  writeKnownFolders(state, known, ignoreLog);
  expect(readKnownFolders(state, ignoreLog)).toEqual(known);
  rmSync(state, { recursive: true });
});

test('edits at random: whoever begins from what is known finds what whoever reads everything finds', () => {
  for (let seed = 1; seed <= 6; seed += 1) {
    const root = makeWorkspace();
    const random = createRandom(seed);
    let known = keep(root);
    for (let round = 0; round < 25; round += 1) {
      editAtRandom(root, random, 1 + random(12));
      const listing = relistFiles(root, known, ignoreLog) ?? listFiles(root, ignoreLog);
      expect(listing.paths).toEqual(listFiles(root, ignoreLog).paths);
      if (random(2) === 0) known = keep(root, listing);
    }
  }
});
