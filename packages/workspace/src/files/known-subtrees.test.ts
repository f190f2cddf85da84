import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { asWorkspacePath } from '@larder/core';
import { expect, test } from 'vitest';

import { createRandom, editAtRandom } from '../testing/edit-at-random.ts';
import { makeFolder } from '../testing/make-folder.ts';
import { makeRepository } from '../testing/make-repository.ts';
import { nameOfFolder } from './folder-tree.ts';
import { stampFolders } from './known-folders.ts';
import type { KnownFolders } from './known-folders.ts';
import { KnownSubtrees } from './known-subtrees.ts';
import { createListUnder, listFiles } from './list-files.ts';
import { RulesMemory } from './rules-memory.ts';

const ignoreLog = (): void => {};
const at = asWorkspacePath;

/** What a process keeps that looked at the tree when its last change was a minute ago. */
function keep(root: string): KnownFolders {
  const known = stampFolders(root, { ...listFiles(root, ignoreLog).listed, startedAtMs: Date.now() + 60_000 }, 0);
  if (known === null) throw new Error('nothing was kept');
  return known;
}

function makeTree(): string {
  return makeFolder({
    'a/src/x.ts': '',
    'a/src/deep/y.ts': '',
    'a/dist/z.js': '',
    'ab/z.ts': '',
    '.gitignore': 'dist\n',
  });
}

test('what is below an unchanged folder is listed without reading it', () => {
  const root = makeTree();
  const known = keep(root);
  // Whoever reads it finds another name than the one that is known.
  const names = known.tree.names.map((held) => held.map((name) => (name === 'y.ts' ? 'known.ts' : name)));
  const list = new KnownSubtrees(root, { ...known, tree: { ...known.tree, names } }).look();
  expect(list?.(at('a/src'))).toEqual(['a/src/deep/known.ts', 'a/src/x.ts']);
  expect(list?.(at('ab'))).toEqual(['ab/z.ts']);
  expect(list?.(at(''))).toHaveLength(4);
});

test('a file, what is ignored, and what is not there are for who reads', () => {
  const root = makeTree();
  const list = new KnownSubtrees(root, keep(root)).look();
  for (const path of ['a/src/x.ts', 'a/dist', 'nowhere', 'a/src/x.ts/y']) expect(list?.(at(path))).toBeNull();
});

test('a folder that changed, or one around or below it, has to be read; others have not', () => {
  const root = makeTree();
  const subtrees = new KnownSubtrees(root, keep(root));
  mkdirSync(join(root, 'a/src/new'));
  const list = subtrees.look();
  expect([list?.(at('a')), list?.(at('a/src')), list?.(at('a/src/deep'))]).toEqual([null, null, null]);
  expect(list?.(at('ab'))).toEqual(['ab/z.ts']);
});

test('rules that changed leave nothing known', () => {
  const root = makeTree();
  const subtrees = new KnownSubtrees(root, keep(root));
  writeFileSync(join(root, '.gitignore'), '*.ts\n');
  expect(subtrees.look()).toBeNull();
});

test('whatever changes, what is listed is what who reads finds', () => {
  for (let seed = 0; seed < 30; seed += 1) {
    const { root } = makeRepository({ 'a/src/x.ts': '', 'a/src/deep/y.ts': '', '.gitignore': 'dist\n' });
    const random = createRandom(seed);
    editAtRandom(root, random, 10);
    const known = keep(root);
    const subtrees = new KnownSubtrees(root, known);
    editAtRandom(root, random, 1 + random(3));
    const list = subtrees.look() ?? (() => null);
    const folders = known.tree.folders.map((one) => at(one === '' ? '' : nameOfFolder(one)));
    const found = folders.map((folder) => list(folder));
    const read = folders.map((folder) => createListUnder(root, ignoreLog, new RulesMemory())(folder).paths);
    expect(found, `seed ${seed}`).toEqual(read.map((paths, index) => (found[index] === null ? null : paths)));
  }
});
