import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { createWorkspace, type TestWorkspace } from '../fixtures/workspace.ts';
import { readOutputs } from './read-outputs.ts';

async function pathsOf(workspace: TestWorkspace, ...patterns: string[]): Promise<readonly string[] | string> {
  const result = await readOutputs(workspace.root, patterns);
  return result.kind === 'refused' ? result.reason : result.found.map(({ path }) => path);
}

function sampleWorkspace(): TestWorkspace {
  const workspace = createWorkspace();
  workspace.write({
    'web/dist/index.js': '',
    'web/dist/index.js.map': '',
    'web/dist/.hidden/x.js': '',
    'web/dist/cache/big.bin': '',
    'web/report.xml': '',
    'web/src/main.js': '',
    '.git/config.js': '',
    '.larder/state/x.js': '',
  });
  mkdirSync(workspace.absolute('web/dist/empty'));
  return workspace;
}

const allOfDist = [
  'web/dist',
  'web/dist/.hidden',
  'web/dist/.hidden/x.js',
  'web/dist/cache',
  'web/dist/cache/big.bin',
  'web/dist/empty',
  'web/dist/index.js',
  'web/dist/index.js.map',
];

describe('patterns', () => {
  test.each([
    ['a directory is all that is in it', ['web/dist'], allOfDist],
    ['a trailing slash and a leading ./ mean nothing', ['./web/dist/'], allOfDist],
    ['a directory with /** too', ['web/dist/**'], allOfDist],
    ['and with /**/*', ['web/dist/**/*'], allOfDist],
    ['a file', ['web/report.xml'], ['web/report.xml']],
    ['overlapping ones give each path once', ['web/dist', 'web/dist/index.js', 'web/**/index.js'], allOfDist],
    ['a glob', ['web/dist/*.js'], ['web/dist/index.js']],
    ['a glob with braces', ['web/{report.xml,src}'], ['web/report.xml', 'web/src', 'web/src/main.js']],
    [
      'a glob that matches a directory takes all of it',
      ['web/d*/.hid*'],
      ['web/dist/.hidden', 'web/dist/.hidden/x.js'],
    ],
    ['globs match dotfiles, and nothing of git and Larder', ['**/x.js', '**/config.js'], ['web/dist/.hidden/x.js']],
    ['nothing', [], []],
  ])('%s', async (_name, patterns, expected) => {
    using workspace = sampleWorkspace();
    expect(await pathsOf(workspace, ...patterns)).toEqual(expected);
  });
});

describe('negation', () => {
  const without = (...gone: string[]): readonly string[] => allOfDist.filter((path) => !gone.includes(path));
  test.each([
    ['a directory with all that is in it', '!web/dist/cache', without('web/dist/cache', 'web/dist/cache/big.bin')],
    ['the contents of a directory', '!web/dist/cache/**', without('web/dist/cache/big.bin')],
    ['a file', '!web/dist/index.js', without('web/dist/index.js')],
    ['a glob', '!**/*.map', without('web/dist/index.js.map')],
    ['a glob that matches a directory', '!web/**/cach?', without('web/dist/cache', 'web/dist/cache/big.bin')],
  ])('%s', async (_name, negated, expected) => {
    using workspace = sampleWorkspace();
    expect(await pathsOf(workspace, 'web/dist', negated)).toEqual(expected);
    expect(await pathsOf(workspace, negated, 'web/dist')).toEqual(expected);
  });
});

test('a declared path that is not there is named, a glob without matches is not', async () => {
  using workspace = sampleWorkspace();
  const result = await readOutputs(workspace.root, ['web/dist/index.js', 'web/nowhere', 'api/**', 'api/*.js']);
  expect(result).toMatchObject({ kind: 'found', missing: ['web/nowhere'] });
});

test.each([
  ['../other', 'segment'],
  ['web/../../other', 'segment'],
  ['/etc', 'absolute'],
  ['/etc/*', 'relative'],
  ['web/*/../../../etc', '".." segment'],
  ['.', 'whole workspace'],
  ['', 'whole workspace'],
  ['.git', '.git'],
  ['.larder/state', '.larder'],
])('the pattern "%s" is refused', async (pattern, reason) => {
  using workspace = sampleWorkspace();
  expect(await pathsOf(workspace, 'web/dist', pattern)).toContain(reason);
});

test('links are outputs and are not followed', async () => {
  using workspace = sampleWorkspace();
  workspace.link('web/out/link', '../src');
  expect(await pathsOf(workspace, 'web/out')).toEqual(['web/out', 'web/out/link']);
  expect(await pathsOf(workspace, 'web/out/**/*.js', 'web/o*/link')).toEqual(['web/out/link']);
});

test('a folder that is reached through a link is refused', async () => {
  using workspace = sampleWorkspace();
  workspace.link('linked', 'web');
  expect(await pathsOf(workspace, 'linked/dist')).toContain('"linked" is a symbolic link');
  expect(await pathsOf(workspace, 'linked/dist/*.js')).toContain('"linked" is a symbolic link');
});

test('a socket is refused', async () => {
  using workspace = sampleWorkspace();
  const server = createServer().listen(workspace.absolute('web/dist/socket'));
  await once(server, 'listening');
  expect(await pathsOf(workspace, 'web/dist')).toContain('"web/dist/socket" is neither');
  server.close();
});

test('a name that is not valid Unicode is refused', async () => {
  using workspace = sampleWorkspace();
  const name = Buffer.concat([Buffer.from(workspace.absolute('web/dist/')), Buffer.from([0xff, 0x2e])]);
  mkdirSync(name);
  expect(await pathsOf(workspace, 'web/dist')).toContain('not valid Unicode');
});
