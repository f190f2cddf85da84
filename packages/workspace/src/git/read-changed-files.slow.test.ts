import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { addFiles, makeFolder } from '../testing/make-folder.ts';
import { gitTestEnv, makeRepository } from '../testing/make-repository.ts';
import { readChangedFiles } from './read-changed-files.ts';
import type { ChangeRange } from './read-changed-files.ts';
import { readGitState } from './read-git-state.ts';

const context = { env: gitTestEnv, signal: new AbortController().signal, mayFetch: false };

async function changesOf(root: string, range: ChangeRange): Promise<Record<string, string>> {
  const result = await readChangedFiles(root, range, context);
  if (result.kind === 'problem') throw new Error(result.problem.code);
  return Object.fromEntries(result.changes.map(({ path, kind }) => [path, kind]));
}

async function problemOf(root: string, range: ChangeRange): Promise<unknown> {
  const result = await readChangedFiles(root, range, context);
  return result.kind === 'problem' ? result.problem : result;
}

const sinceMain: ChangeRange = { kind: 'range', base: 'main', head: null };

test('committed, staged, unstaged and untracked changes since the merge base all count', async () => {
  const { root, git, commit } = makeRepository({ a: '1', b: '1', c: '1', d: '1', same: '1', '.gitignore': 'ignored' });
  git('checkout', '-q', '-b', 'feature');
  commit({ a: '2' });
  addFiles(root, { b: '2' });
  git('add', 'b');
  addFiles(root, { c: '2', new: '1', ignored: '1' });
  rmSync(join(root, 'd'));
  expect(await changesOf(root, sinceMain)).toEqual({
    a: 'modified',
    b: 'modified',
    c: 'modified',
    d: 'deleted',
    new: 'added',
  });
});

test('what happened on the base since the branch left it does not count', async () => {
  const { root, git, commit } = makeRepository({ a: '1', b: '1' });
  git('checkout', '-q', '-b', 'feature');
  const head = commit({ a: '2' });
  git('checkout', '-q', 'main');
  commit({ b: '2' });
  expect(await changesOf(root, { kind: 'range', base: 'main', head })).toEqual({ a: 'modified' });
});

test('with a head, the working tree does not count', async () => {
  const { root, commit } = makeRepository({ a: '1' });
  commit({ b: '1' });
  addFiles(root, { c: '1' });
  expect(await changesOf(root, { kind: 'range', base: 'HEAD~1', head: 'HEAD' })).toEqual({ b: 'added' });
});

test('the base is given as a commit', async () => {
  const { root, git, commit } = makeRepository({ a: '1' });
  const base = git('rev-parse', 'HEAD');
  git('checkout', '-q', '-b', 'feature');
  commit({ a: '2' });
  expect(await readChangedFiles(root, sinceMain, context)).toMatchObject({ kind: 'changes', base });
});

test('a rename is a deletion and an addition', async () => {
  const { root, git } = makeRepository({ old: 'a content that stays the same' });
  git('mv', 'old', 'new');
  expect(await changesOf(root, { kind: 'uncommitted' })).toEqual({ new: 'added', old: 'deleted' });
});

test('paths are those of the workspace when it is a folder of the repository', async () => {
  const { root, git, commit } = makeRepository({ 'apps/web/a': '1', 'libs/x': '1' });
  git('checkout', '-q', '-b', 'feature');
  commit({ 'apps/web/a': '2', 'libs/x': '2' });
  addFiles(root, { 'apps/web/new': '', 'libs/new': '' });
  expect(await changesOf(join(root, 'apps/web'), sinceMain)).toEqual({ a: 'modified', new: 'added' });
});

test('names that git would quote come back as they are', async () => {
  const { root } = makeRepository({ a: '1' });
  addFiles(root, { 'größe "x"\n\t.ts': '', ' spaces ': '' });
  expect(await changesOf(root, { kind: 'untracked' })).toEqual({ ' spaces ': 'added', 'größe "x"\n\t.ts': 'added' });
});

test('uncommitted and untracked changes are told apart', async () => {
  const { root } = makeRepository({ a: '1' });
  addFiles(root, { a: '2', b: '1' });
  expect(await changesOf(root, { kind: 'uncommitted' })).toEqual({ a: 'modified' });
  expect(await changesOf(root, { kind: 'untracked' })).toEqual({ b: 'added' });
});

test('before the first commit, everything that is staged is added', async () => {
  const { root, git } = makeRepository({});
  addFiles(root, { a: '1' });
  git('add', 'a');
  expect(await readChangedFiles(root, { kind: 'uncommitted' }, context)).toEqual({
    kind: 'changes',
    changes: [{ path: 'a', kind: 'added' }],
    base: null,
  });
});

test('a file taken out of the index but kept on disk is not deleted', async () => {
  const { root, git } = makeRepository({ a: '1' });
  git('rm', '-q', '--cached', 'a');
  expect(await changesOf(root, sinceMain)).toEqual({ a: 'modified' });
});

test('a base that only the remote has is found', async () => {
  const origin = makeRepository({ a: '1' });
  origin.git('checkout', '-q', '-b', 'feature');
  origin.commit({ b: '1' });
  const clone = makeFolder({});
  execFileSync('git', ['clone', '-q', '--branch', 'feature', origin.root, '.'], { cwd: clone, env: gitTestEnv });
  expect(await changesOf(clone, sinceMain)).toEqual({ b: 'added' });
});

test('an unknown base is a problem', async () => {
  const { root } = makeRepository({ a: '1' });
  expect(await problemOf(root, { kind: 'range', base: 'nowhere', head: null })).toMatchObject({
    code: 'unknown-git-ref',
    ref: 'nowhere',
    shallow: false,
  });
});

test.each(['--output=owned', '-h', ''])(
  'a base that git could take for something else is a problem: %j',
  async (base) => {
    const { root } = makeRepository({ a: '1' });
    expect(await problemOf(root, { kind: 'range', base, head: null })).toMatchObject({ code: 'unknown-git-ref' });
  },
);

test('a shallow clone without the base says that it is shallow', async () => {
  const origin = makeRepository({ a: '1' });
  origin.git('checkout', '-q', '-b', 'feature');
  origin.commit({ b: '1' });
  const clone = makeFolder({});
  const url = `file://${origin.root}`;
  execFileSync('git', ['clone', '-q', '--depth=1', '-b', 'feature', url, '.'], { cwd: clone, env: gitTestEnv });
  expect(await problemOf(clone, sinceMain)).toMatchObject({ code: 'unknown-git-ref', ref: 'main', shallow: true });
  execFileSync('git', ['fetch', '-q', '--depth=1', 'origin', 'main:main'], { cwd: clone, env: gitTestEnv });
  expect(await problemOf(clone, sinceMain)).toMatchObject({ code: 'no-merge-base', base: 'main', shallow: true });
});

/** A clone of one commit of a branch that left `main` 60 commits ago, as CI makes it. */
function makeShallowClone(): { readonly clone: string; readonly left: string } {
  const { root, git, commit } = makeRepository({ a: '1' });
  const left = git('rev-parse', 'HEAD');
  git('checkout', '-q', '-b', 'feature');
  for (let index = 0; index < 60; index += 1) git('commit', '-q', '--allow-empty', '-m', 'step');
  commit({ b: '1' });
  git('checkout', '-q', 'main');
  commit({ c: '1' });
  const clone = join(makeFolder({}), 'clone');
  const args = ['clone', '-q', '--depth=1', '--single-branch', '--branch=feature', `file://${root}`, clone];
  execFileSync('git', args, { env: gitTestEnv });
  return { clone, left };
}

test('a shallow clone is deepened to where the branch left its base, where that is allowed', async () => {
  const { clone, left } = makeShallowClone();
  expect(await problemOf(clone, sinceMain)).toMatchObject({ code: 'unknown-git-ref', shallow: true });
  const result = await readChangedFiles(clone, sinceMain, { ...context, mayFetch: true });
  expect(result).toEqual({ kind: 'changes', base: left, changes: [{ path: 'b', kind: 'added' }] });
});

test('a branch of origin and a commit are fetched as well', async () => {
  const range = (base: string): ChangeRange => ({ kind: 'range', base, head: null });
  const first = makeShallowClone();
  const mayFetch = { ...context, mayFetch: true };
  expect(await readChangedFiles(first.clone, range('origin/main'), mayFetch)).toMatchObject({ base: first.left });
  const second = makeShallowClone();
  expect(await readChangedFiles(second.clone, range(second.left), mayFetch)).toMatchObject({ base: second.left });
});

test('a base that origin does not have either is a problem', async () => {
  const { clone } = makeShallowClone();
  for (const base of ['nowhere', '--upload-pack=false', 'a..b', 'f'.repeat(40)]) {
    const result = await readChangedFiles(clone, { kind: 'range', base, head: null }, { ...context, mayFetch: true });
    expect(result).toMatchObject({ kind: 'problem', problem: { code: 'unknown-git-ref', ref: base } });
  }
});

test('unrelated histories have no merge base', async () => {
  const { root, git, commit } = makeRepository({ a: '1' });
  git('checkout', '-q', '--orphan', 'other');
  commit({ b: '1' });
  expect(await problemOf(root, sinceMain)).toMatchObject({ code: 'no-merge-base', head: 'HEAD', shallow: false });
});

test('a folder outside of any repository is a problem', async () => {
  const root = makeFolder({ a: '1' });
  expect(await problemOf(root, sinceMain)).toMatchObject({ code: 'not-a-git-repository', directory: root });
});

test('a machine without git is a problem', async () => {
  const { root } = makeRepository({ a: '1' });
  const result = await readChangedFiles(root, sinceMain, { ...context, env: { PATH: '/nonexistent' } });
  expect(result).toMatchObject({ kind: 'problem', problem: { code: 'git-unusable', fault: 'missing' } });
});

test('variables that git sets for hooks do not lead elsewhere', async () => {
  const { root } = makeRepository({ a: '1' });
  const other = makeRepository({ b: '1' });
  addFiles(root, { a: '2' });
  const env = { ...gitTestEnv, GIT_DIR: join(other.root, '.git'), GIT_INDEX_FILE: join(other.root, '.git/index') };
  const result = await readChangedFiles(root, { kind: 'uncommitted' }, { ...context, env });
  expect(result).toMatchObject({ changes: [{ path: 'a', kind: 'modified' }] });
});

test('an aborted read rejects', async () => {
  const { root } = makeRepository({ a: '1' });
  const aborted = { ...context, signal: AbortSignal.abort(new Error('enough')) };
  await expect(readChangedFiles(root, sinceMain, aborted)).rejects.toThrow('enough');
});

test('the state of a repository is its head, its branch and whether tracked files changed', async () => {
  const { root, git } = makeRepository({ a: '1' });
  const head = git('rev-parse', 'HEAD');
  addFiles(root, { untracked: '' });
  expect(await readGitState(root, context)).toEqual({ kind: 'repository', head, branch: 'main', dirty: false });
  git('checkout', '-q', '--detach');
  addFiles(root, { a: '2' });
  expect(await readGitState(root, context)).toEqual({ kind: 'repository', head, branch: null, dirty: true });
});

test('a repository without commits has no head, and a folder without a repository has no state', async () => {
  const { root } = makeRepository({});
  expect(await readGitState(root, context)).toEqual({ kind: 'repository', head: null, branch: 'main', dirty: false });
  expect(await readGitState(makeFolder({}), context)).toEqual({ kind: 'none' });
});

test('since a commit, what the base brought after the branch left it counts as well', async () => {
  const { root, git, commit } = makeRepository({ a: '1', b: '1' });
  git('checkout', '-q', '-b', 'feature');
  commit({ a: '2' });
  git('checkout', '-q', 'main');
  commit({ b: '2' });
  git('checkout', '-q', 'feature');
  addFiles(root, { c: '1' });
  expect(await changesOf(root, { kind: 'since', ref: 'main' })).toEqual({ a: 'modified', b: 'modified', c: 'added' });
});
