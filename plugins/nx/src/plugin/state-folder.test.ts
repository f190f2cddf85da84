import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ignoreStateFolder, makeStateFolder } from './state-folder.ts';

function makeRepository(folder: string, files: Readonly<Record<string, string>> = {}): string {
  const repository = mkdtempSync(join(tmpdir(), 'larder-nx-'));
  onTestFinished(() => rmSync(repository, { recursive: true, force: true }));
  const root = join(repository, folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  git(repository, 'init', '-q');
  makeStateFolder(root);
  writeFileSync(join(root, '.larder', 'state', 'x'), '');
  return root;
}

function git(cwd: string, ...args: readonly string[]): string {
  return execFileSync('git', args, { cwd, encoding: 'utf8' });
}

const untracked = (root: string): string => git(root, 'status', '--porcelain', '-uall', '--', '.larder');
const ownFile = (root: string): string => join(root, '.larder', '.gitignore');
const watching = { '.nx/workspace-data/d/server-process.json': JSON.stringify({ processId: process.pid }) };
const gone = { '.nx/workspace-data/d/server-process.json': '{"processId":4194304}' };

test('without Nx’s daemon, the folder brings its ignore file', () => {
  for (const root of [makeRepository('a'), makeRepository('a', gone)]) {
    ignoreStateFolder(root, {});
    expect([existsSync(ownFile(root)), untracked(root)]).toEqual([true, '']);
  }
});

test.each(['a', 'with space/[b] ü', ''])('while Nx’s daemon watches, git is told in its own folder (%j)', (folder) => {
  const root = makeRepository(folder, watching);
  expect(untracked(root)).not.toBe('');
  ignoreStateFolder(root, {});
  ignoreStateFolder(root, {});
  expect([existsSync(ownFile(root)), untracked(root)]).toEqual([false, '']);
});

test('in a worktree, too', () => {
  const main = makeRepository('', { file: '' });
  git(main, 'add', 'file');
  git(main, '-c', 'user.name=x', '-c', 'user.email=x@localhost', 'commit', '-q', '-m', 'x');
  const worktree = join(main, 'tree');
  git(main, 'worktree', 'add', '-q', worktree);
  makeStateFolder(worktree);
  writeFileSync(join(worktree, '.larder', 'x'), '');
  mkdirSync(join(worktree, '.nx/workspace-data/d'), { recursive: true });
  writeFileSync(join(worktree, '.nx/workspace-data/d/server-process.json'), JSON.stringify({ processId: process.pid }));
  ignoreStateFolder(worktree, {});
  expect([existsSync(ownFile(worktree)), untracked(worktree)]).toEqual([false, '']);
});

test('what the workspace ignores by itself needs neither', () => {
  const root = makeRepository('a', { '.gitignore': 'dist\r\n/.larder/\r\n' });
  ignoreStateFolder(root, {});
  expect([existsSync(ownFile(root)), untracked(root)]).toEqual([false, '']);
});
