import { chmodSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asWorkspacePath, type WorkspacePath } from '@larder/core';
import { expect, test } from 'vitest';
import { addFiles, makeFolder } from '../testing/make-folder.ts';
import { gitTestEnv, makeRepository, type TestRepository } from '../testing/make-repository.ts';
import { findEditedFile } from './find-edited-file.ts';
import { readGitState } from './read-git-state.ts';

const files = { 'a/x.ts': 'one', 'a/y.ts': 'two', 'b/a/x.ts': 'three', long: '1'.repeat(5_000), 'ä b': 'ü' };

const paths = (...names: readonly string[]): readonly WorkspacePath[] => names.map(asWorkspacePath);
const every = paths(...Object.keys(files));
type Git = TestRepository['git'];

async function isDirty(root: string): Promise<boolean> {
  const state = await readGitState(root, { env: gitTestEnv, signal: AbortSignal.timeout(20_000) });
  return state.kind === 'repository' && state.dirty;
}

test.each(Object.keys(files))(
  '%s is found when it has another size than in the index, as git finds it',
  async (path) => {
    const { root } = makeRepository(files);
    expect(findEditedFile(root, every)).toBeNull();
    expect(await isDirty(root)).toBe(false);
    writeFileSync(join(root, path), 'edited, at length');
    expect(findEditedFile(root, every)).toBe(path);
    expect(await isDirty(root)).toBe(true);
  },
);

test('in a folder of the repository, paths are those of the folder', () => {
  const { root } = makeRepository(files);
  const inner = join(root, 'b');
  expect(findEditedFile(inner, paths('a/x.ts'))).toBeNull();
  writeFileSync(join(root, 'a/x.ts'), 'another file, edited');
  expect(findEditedFile(inner, paths('a/x.ts'))).toBeNull();
  writeFileSync(join(inner, 'a/x.ts'), 'this one');
  expect(findEditedFile(inner, paths('a/x.ts'))).toBe('a/x.ts');
});

test.each([
  [
    'has another mode, or other bytes of that length',
    (root: string) => {
      chmodSync(join(root, 'a/x.ts'), 0o755);
      writeFileSync(join(root, 'a/y.ts'), 'TWO');
    },
  ],
  ['is staged', (root: string, git: Git) => (writeFileSync(join(root, 'a/x.ts'), 'staged'), git('add', '.'))],
  ['is not tracked', (root: string) => addFiles(root, { 'c/x.ts': 'new' })],
  ['is to be added later', (root: string, git: Git) => (addFiles(root, { c: 'new' }), git('add', '-N', 'c'))],
  ['is moved', (root: string) => renameSync(join(root, 'a/x.ts'), join(root, 'moved'))],
  [
    'git was told to take for unchanged',
    (root: string, git: Git) => {
      git('update-index', '--assume-unchanged', 'a/x.ts');
      git('update-index', '--skip-worktree', 'a/y.ts');
      for (const path of ['a/x.ts', 'a/y.ts']) writeFileSync(join(root, path), 'edited, at length');
    },
  ],
  [
    'stands in an index of another form',
    (root: string, git: Git) => {
      git('update-index', '--index-version', '4');
      writeFileSync(join(root, 'a/x.ts'), 'edited, at length');
    },
  ],
])('of a file that %s, git has to be asked', (_name, change) => {
  const { root, git } = makeRepository(files);
  change(root, git);
  expect(findEditedFile(root, [...every, ...paths('c', 'c/x.ts', 'moved')])).toBeNull();
});

test('without a repository, an index or a file of that name nothing is found', () => {
  const { root } = makeRepository(files);
  expect(findEditedFile(makeFolder(files), every)).toBeNull();
  expect(findEditedFile(root, paths('x.ts', 'a', 'a/x', 'z'))).toBeNull();
  writeFileSync(join(root, '.git/index'), 'DIRC');
  expect(findEditedFile(root, every)).toBeNull();
});
