import { chmodSync, lstatSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeWorkspace, writeFiles } from './support/make-workspace.ts';
import { larder, repositoryRoot } from './support/run-larder.ts';
import { hasTmux, TmuxTerminal } from './support/tmux-terminal.ts';

const nxJson = '{\n  // Ours: keep.\n  "targetDefaults": {\n    "build": { "cache": true }, // all\n  },\n}\n';
const manifest = '{\n\t"name": "acme",\n\t"private": true,\n\t"devDependencies": {\n\t\t"nx": "24.0.6"\n\t}\n}\n';

function nxWorkspace(): string {
  const root = makeWorkspace({ 'package.json': {} });
  writeFileSync(join(root, 'nx.json'), nxJson);
  writeFileSync(join(root, 'package.json'), manifest);
  chmodSync(join(root, 'package.json'), 0o600);
  return root;
}

const read = (root: string, name: string): string => readFileSync(join(root, name), 'utf8');

test('without a terminal and without consent, the change is shown and nothing is written', async () => {
  const root = nxWorkspace();
  const run = await larder(root, ['init']);
  expect(run).toMatchObject({ exitCode: 0, stderr: '' });
  expect(run.stdout).toContain('+  "plugins": ["@larder/nx"],');
  expect(run.stdout).toContain('give --yes');
  expect([read(root, 'nx.json'), read(root, 'package.json')]).toEqual([nxJson, manifest]);
});

test('with consent, exactly what was shown is written, once; comments, tabs and modes stay', async () => {
  const root = nxWorkspace();
  expect((await larder(root, ['init', '--yes'])).exitCode).toBe(0);
  expect(read(root, 'nx.json')).toBe(nxJson.replace(/\n}\n$/, '\n  "plugins": ["@larder/nx"],\n}\n'));
  expect(read(root, 'package.json')).toMatch(/\t\t"@larder\/nx": "\^[\d.]+",?\n/);
  expect(statSync(join(root, 'package.json')).mode & 0o777).toBe(0o600);
  expect(read(root, '.gitignore')).toBe('.larder\n');
  const written = [read(root, 'nx.json'), read(root, 'package.json')];
  expect((await larder(root, ['init', '--yes'])).stdout).toContain('nothing has to be changed');
  expect([read(root, 'nx.json'), read(root, 'package.json')]).toEqual(written);
});

test('what does not parse is told with its place, and left alone', async () => {
  const root = nxWorkspace();
  writeFileSync(join(root, 'nx.json'), '{\n  "plugins": [\n}\n');
  const run = await larder(root, ['init', '--yes']);
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain('nx.json:3:1');
  expect(run.stderr).toContain('Nothing was changed.');
  expect(read(root, 'package.json')).toBe(manifest);
});

test('a link is followed, not replaced', async () => {
  const root = nxWorkspace();
  const linked = makeWorkspace({ 'package.json': { name: 'x' } });
  symlinkSync(join(root, 'nx.json'), join(linked, 'nx.json'));
  expect((await larder(linked, ['init', '--yes'])).exitCode).toBe(0);
  expect(lstatSync(join(linked, 'nx.json')).isSymbolicLink()).toBe(true);
  expect(read(root, 'nx.json')).toContain('"plugins": ["@larder/nx"]');
});

test('packages with scripts get a larder.json that works, a Turborepo needs nothing', async () => {
  const root = makeWorkspace({
    '.gitignore': 'node_modules\ndist\n',
    'package.json': { name: 'acme', private: true, workspaces: ['packages/*'] },
    'packages/a/package.json': {
      name: 'a',
      version: '1.0.0',
      main: 'dist/a.txt',
      scripts: { build: 'mkdir -p dist && cp a.txt dist' },
    },
    'packages/a/a.txt': 'a\n',
  });
  expect((await larder(root, ['init', '--yes'])).stdout).toContain('Wrote larder.json.');
  expect((await larder(root, ['run-many', '-t', 'build'])).exitCode).toBe(0);
  expect((await larder(root, ['run-many', '-t', 'build'])).stdout).toMatch(/up.to.date|restored/);
  const turbo = makeWorkspace({ 'package.json': { name: 'x', private: true }, 'turbo.json': { tasks: {} } });
  const { stdout } = await larder(turbo, ['init']);
  expect(stdout).toContain('a Turborepo: nothing has to be changed');
  expect(stdout).toContain('install it, then larder turbo run build.');
  writeFiles(turbo, { 'nx.json': {} });
  const both = (await larder(turbo, ['init'])).stdout;
  expect(both).toContain('an Nx workspace');
  expect(both).toContain('larder turbo run build.');
});

test('outside of a workspace there is nothing to set up', async () => {
  const run = await larder('/', ['init', '--yes']);
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain('no workspace');
});

test.runIf(hasTmux).each([
  ['y', true],
  ['n', false],
  ['C-c', false],
])('on a terminal it asks, and %s decides', async (key, isWritten) => {
  const root = nxWorkspace();
  const terminal = new TmuxTerminal([join(repositoryRoot, 'tools/larder'), 'init'], {
    columns: 100,
    rows: 60,
    cwd: root,
  });
  await terminal.shows(/\(y\/N\)/);
  terminal.press(...(key === 'C-c' ? [key] : [key, 'Enter']));
  await terminal.shows(/ended with/);
  expect(read(root, 'nx.json') !== nxJson).toBe(isWritten);
});
