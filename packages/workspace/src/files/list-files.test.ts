import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { asWorkspacePath } from '@larder/core';
import { expect, test } from 'vitest';

import { makeFolder } from '../testing/make-folder.ts';
import { createListUnder, listFiles } from './list-files.ts';
import { RulesMemory } from './rules-memory.ts';

const list = (root: string) => listFiles(root, () => {}).paths;
const listUnder = (root: string, path: string) =>
  createListUnder(root, () => {}, new RulesMemory())(asWorkspacePath(path)).paths;

test('paths are sorted by code unit, across folders too', () => {
  const root = makeFolder({ 'a/x': '', 'a-b': '', 'a.b': '', a0: '', B: '', é: '', 'a/Y': '' });
  expect(list(root)).toEqual(['B', 'a-b', 'a.b', 'a/Y', 'a/x', 'a0', 'é']);
  expect(list(root)).toEqual([...list(root)].sort());
});

test('what belongs to tools is left out at every depth, without any rule', () => {
  const root = makeFolder({
    '.git/HEAD': '',
    'node_modules/x/index.js': '',
    '.larder/state/files': '',
    '.nx/cache/x': '',
    'packages/a/node_modules/y/index.js': '',
    'packages/a/.git': 'gitdir: elsewhere',
    'packages/a/index.ts': '',
  });
  expect(list(root)).toEqual(['packages/a/index.ts']);
});

test('links are listed and not followed', () => {
  const root = makeFolder({ 'real/a.ts': '' });
  symlinkSync('real', join(root, 'link'));
  symlinkSync('..', join(root, 'real/loop'));
  expect(list(root)).toEqual(['link', 'real/a.ts', 'real/loop']);
});

test('.nxignore wins over any .gitignore, in both directions', () => {
  const root = makeFolder({
    '.gitignore': 'dist\n',
    '.nxignore': '!packages/a/dist\nfixtures/\n',
    'packages/a/dist/out.js': '',
    'packages/b/dist/out.js': '',
    'packages/b/fixtures/big.txt': '',
    'packages/b/.gitignore': '!fixtures\n',
  });
  expect(list(root)).toEqual(['.gitignore', '.nxignore', 'packages/a/dist/out.js', 'packages/b/.gitignore']);
});

test('rules of the repository around the workspace hold inside', () => {
  const root = makeFolder({
    '.git/info/exclude': '*.secret\n',
    '.gitignore': '/apps/web/generated\n*.log\n',
    'apps/.gitignore': 'web/tmp\n',
    'apps/web/generated/a.ts': '',
    'apps/web/tmp/b.ts': '',
    'apps/web/c.log': '',
    'apps/web/d.secret': '',
    'apps/web/e.ts': '',
  });
  expect(list(join(root, 'apps/web'))).toEqual(['e.ts']);
});

test('a workspace that the repository around it ignores still has its files', () => {
  const root = makeFolder({ '.git/HEAD': '', '.gitignore': '/sandbox\n', 'sandbox/a.ts': '' });
  expect(list(join(root, 'sandbox'))).toEqual(['a.ts']);
});

test('in a worktree, the exclude file of the main repository holds', () => {
  const root = makeFolder({
    'main/.git/info/exclude': 'local.txt\n',
    'main/.git/worktrees/tree/commondir': '../..\n',
    'tree/.git': 'gitdir: ../main/.git/worktrees/tree\n',
    'tree/local.txt': '',
    'tree/a.ts': '',
  });
  expect(list(join(root, 'tree'))).toEqual(['a.ts']);
});

test('a folder or a file alone is listed by the same rules', () => {
  const root = makeFolder({
    '.gitignore': 'dist\n',
    'a/src/x.ts': '',
    'a/dist/x.js': '',
    'a/.gitignore': '*.tmp',
    'a/y.tmp': '',
    'node_modules/m/index.js': '',
  });
  expect(listUnder(root, 'a')).toEqual(['a/.gitignore', 'a/src/x.ts']);
  expect(listUnder(root, 'a/src/x.ts')).toEqual(['a/src/x.ts']);
  expect(listUnder(root, 'a/dist')).toEqual([]);
  expect(listUnder(root, 'a/dist/x.js')).toEqual([]);
  expect(listUnder(root, 'a/y.tmp')).toEqual([]);
  expect(listUnder(root, 'missing/z.ts')).toEqual([]);
  expect(listUnder(root, 'node_modules/m/index.js')).toEqual([]);
});

test('nothing lies beyond a link', () => {
  const root = makeFolder({ 'real/a.ts': '', 'outer/b.ts': '' });
  symlinkSync('../real', join(root, 'outer/link'));
  expect(listUnder(root, 'outer/link/a.ts')).toEqual([]);
  expect(listUnder(root, 'outer/link')).toEqual(['outer/link']);
});

test.runIf(process.platform === 'linux')('a name that is not UTF-8 is a problem, and the rest is listed', () => {
  const root = makeFolder({ 'a.ts': '', 'good-\uFFFD.ts': '' });
  writeFileSync(Buffer.concat([Buffer.from(`${root}/bad-`), Buffer.from([0xff])]), '');
  const listing = listFiles(root, () => {});
  expect(listing.paths).toEqual(['a.ts', 'good-\uFFFD.ts']);
  expect(listing.problems).toMatchObject([{ code: 'unreadable-file', file: 'bad-\uFFFD' }]);
});

test.runIf(process.platform !== 'win32' && process.getuid?.() !== 0)('an unreadable folder is a problem', () => {
  const root = makeFolder({ 'a.ts': '' });
  mkdirSync(join(root, 'locked'), { mode: 0o000 });
  const listing = listFiles(root, () => {});
  expect(listing.paths).toEqual(['a.ts']);
  expect(listing.problems).toMatchObject([{ code: 'unreadable-file', file: 'locked' }]);
});

test('agrees with git on nested rules, negations, anchors, escapes and odd folder names', () => {
  const root = makeFolder({
    '.gitignore':
      '*.log\n!keep.log\n/top\nbuild\n# comment\n\\#hash\n  \nspaces.txt   \n/deep/**/gen\nfoo/*\n!foo/keep\n**/any/x\n',
    'keep.log': '',
    'drop.log': '',
    'top/a': '',
    'sub/top/a': '',
    'sub/.gitignore': '!build\n/only-here\ninner/\n!drop.log\n*.tmp\r\n\\!bang\n',
    'sub/build/x.ts': '',
    'sub/build/y.log': '',
    'sub/drop.log': '',
    'sub/only-here': '',
    'sub/below/only-here': '',
    'sub/below/inner/x': '',
    'sub/below/z.tmp': '',
    'sub/!bang': '',
    'other/build/x.ts': '',
    '#hash': '',
    'spaces.txt': '',
    'deep/a/b/gen/x': '',
    'deep/gen': '',
    'foo/drop': '',
    'foo/keep': '',
    'bar/any/x': '',
    'odd [a]*/.gitignore': 'x.ts\n/y\n*\n!z?.ts\n!.gitignore\n',
    'odd [a]*/x.ts': '',
    'odd [a]*/y': '',
    'odd [a]*/z1.ts': '',
    'odd a/x.ts': '',
    'slash/.gitignore': '/\n!\n',
    'slash/a': '',
  });
  execFileSync('git', ['init', '-q'], { cwd: root });
  const fromGit = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: root,
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
  });
  expect(list(root)).toEqual(fromGit.toString().split('\0').filter(Boolean).sort());
});

test('folders listed one after the other share what lies around them, and nothing of their files', () => {
  const root = makeFolder({
    '.gitignore': 'x',
    'p/.gitignore': 'y',
    'p/a/f': '',
    'p/a/x': '',
    'p/b/f': '',
    'p/b/y': '',
  });
  const listNext = createListUnder(root, () => {}, new RulesMemory());
  expect(['p/a', 'p/b', 'p/a/f', 'p/none'].map((path) => listNext(asWorkspacePath(path)).paths)).toEqual([
    ['p/a/f'],
    ['p/b/f'],
    ['p/a/f'],
    [],
  ]);
});

test('a path that is listed alone gives what a listing of everything has of it', () => {
  const root = makeFolder({
    '.gitignore': 'dist/\n*.log\n!keep.log\n/top\n',
    'p/.gitignore': 'made\n!made/kept\n',
    'p/.nxignore': 'nx-out\n',
    'p/dist/a': '',
    'p/file/dist': '',
    'p/made/a': '',
    'p/made/kept': '',
    'p/nx-out/a': '',
    'p/src/a': '',
    'p/src/a.log': '',
    'p/src/keep.log': '',
    'p/top/a': '',
    'top/a': '',
    'real/a': '',
  });
  symlinkSync('../real', join(root, 'p/link'));
  mkdirSync(join(root, 'linked'));
  symlinkSync('../real', join(root, 'linked/dist'));
  const all = list(root);
  const paths = ['p/dist', 'p/dist/a', 'p/file', 'p/file/dist', 'p/made', 'p/made/kept', 'p/nx-out', 'p/src', 'p/src/a']
    .concat(['p/src/a.log', 'p/src/keep.log', 'p/top', 'top', 'top/a', 'p/link', 'p/link/a', 'linked', 'linked/dist'])
    .concat(['gone', 'p/gone/a', 'p/src/a/below', 'node_modules/a', 'p/.gitignore']);
  for (const path of paths) {
    expect([path, listUnder(root, path)]).toEqual([path, all.filter((one) => `${one}/`.startsWith(`${path}/`))]);
  }
});

test('rules that were compiled for an earlier look hold no longer than their text', () => {
  const root = makeFolder({ '.gitignore': 'dist\n', 'p/.gitignore': '', 'p/dist/a': '', 'p/out/a': '' });
  const memory = new RulesMemory();
  const look = () =>
    ['p/dist', 'p/out'].flatMap((path) => createListUnder(root, () => {}, memory)(asWorkspacePath(path)).paths);
  expect(look()).toEqual(['p/out/a']);
  writeFileSync(join(root, 'p/.gitignore'), 'out\n');
  expect(look()).toEqual([]);
  writeFileSync(join(root, '.gitignore'), '');
  expect(look()).toEqual(['p/dist/a']);
  writeFileSync(join(root, 'p/.gitignore'), '!out\n');
  writeFileSync(join(root, '.gitignore'), 'dist\nout\n');
  expect(look()).toEqual(['p/out/a']);
});
