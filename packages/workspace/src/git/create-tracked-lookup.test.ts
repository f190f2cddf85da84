import { asWorkspacePath } from '@larder/core';
import { expect, test } from 'vitest';
import { addFiles, makeFolder } from '../testing/make-folder.ts';
import { makeRepository } from '../testing/make-repository.ts';
import { createTrackedLookup } from './create-tracked-lookup.ts';

test('tracked files and the folders above them are known, untracked ones are not', () => {
  const { root } = makeRepository({ 'a/src/x.ts': '1' });
  addFiles(root, { 'a/dist/x.js': '1' });
  const holdsTracked = createTrackedLookup(root);
  expect(['a', 'a/src', 'a/src/x.ts'].map((path) => holdsTracked(asWorkspacePath(path)))).toEqual([true, true, true]);
  expect(['a/dist', 'a/dist/x.js', 'a/sr'].map((path) => holdsTracked(asWorkspacePath(path)))).toEqual([
    false,
    false,
    false,
  ]);
});

test('outside of git everything counts as kept by someone', () => {
  expect(createTrackedLookup(makeFolder({ a: '1' }))(asWorkspacePath('a'))).toBe(true);
});
