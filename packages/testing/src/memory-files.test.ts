import { expect, test } from 'vitest';
import { asWorkspacePath } from '@larder/core';
import { createMemoryFiles } from './memory-files.ts';

const files = createMemoryFiles({ 'b/c': '1', 'b-d': '1', a: { link: 'b/c' }, 'b/x': { executable: '1' } });

test('paths are sorted by code unit, and a folder holds what is below it', () => {
  expect(files.paths).toEqual(['a', 'b-d', 'b/c', 'b/x']);
  expect(files.under(asWorkspacePath('b'))).toEqual(['b/c', 'b/x']);
  expect(files.under(asWorkspacePath(''))).toEqual(files.paths);
});

test('kind, content and executable bit are told apart', () => {
  const [link, plain, executable] = ['a', 'b/c', 'b/x'].map((path) => files.factsOf(asWorkspacePath(path)));
  expect(link).toMatchObject({ kind: 'symlink', executable: false });
  expect(plain).toMatchObject({ kind: 'file', executable: false });
  expect(executable).toEqual({ ...plain, executable: true });
  expect(files.factsOf(asWorkspacePath('b'))).toBeNull();
});
