import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commitAll, git, layeredWorkspace, makeFolder, makeWorkspace, writeFiles } from './support/make-workspace.ts';
import { larder, larderEvents } from './support/run-larder.ts';

const affectedBuild = ['affected', '-t', 'build'];

test('only what changed since the base, and what depends on it, runs', async () => {
  const root = layeredWorkspace();
  git(root, 'switch', '-q', '-c', 'feature');
  writeFiles(root, { 'packages/ui/src/index.txt': 'ui v2\n' });
  commitAll(root, 'change ui');
  const run = await larderEvents(root, affectedBuild);
  expect(run.exitCode).toBe(0);
  expect(Object.keys(run.outcomes).sort()).toEqual(['app:build', 'core:build', 'ui:build']);
  const { tasks } = JSON.parse((await larder(root, ['affected', '-t', 'test', '--dry-run=json'])).stdout) as {
    tasks: { id: string }[];
  };
  expect(tasks.map((task) => task.id)).not.toContain('core:test');
});

test('uncommitted and untracked files count', async () => {
  const root = layeredWorkspace();
  writeFiles(root, { 'packages/app/src/new.txt': 'new\n' });
  expect((await larder(root, [...affectedBuild, '--explain'])).stdout).toContain('packages/app/src/new.txt');
  const run = await larderEvents(root, [...affectedBuild, '--untracked']);
  expect(run.outcomes).toMatchObject({ 'app:build': 'executed' });
});

test('a submodule affects those whose inputs lie in it, when it moves to another commit and when it is edited', async () => {
  const library = makeWorkspace({ 'code.txt': 'v1\n', 'code.md': 'v1\n' });
  const root = layeredWorkspace();
  git(root, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, 'packages/ui/library');
  commitAll(root, 'library');
  expect(Object.keys((await larderEvents(root, affectedBuild)).outcomes)).toEqual([]);
  writeFiles(root, { 'packages/ui/library/code.txt': 'v2\n' });
  const edited = await larder(root, [...affectedBuild, '--explain']);
  expect(edited.stdout).toContain('packages/ui/library');
  expect(edited.stdout).toContain('ui:build');
  commitAll(join(root, 'packages/ui/library'), 'v2');
  git(root, 'switch', '-q', '-c', 'feature');
  commitAll(root, 'newer library');
  expect(Object.keys((await larderEvents(root, affectedBuild)).outcomes)).toContain('ui:build');
  // Inputs may name some of its files alone.
  writeFiles(root, { 'nx.json': onlyText });
  commitAll(root, 'inputs');
  git(root, 'branch', '-f', 'main');
  expect(Object.keys((await larderEvents(root, affectedBuild)).outcomes)).toEqual([]);
  writeFiles(root, { 'packages/ui/library/code.txt': 'v3\n' });
  expect(Object.keys((await larderEvents(root, affectedBuild)).outcomes)).toContain('ui:build');
});

const onlyText = {
  targetDefaults: { build: { cache: true, inputs: ['{projectRoot}/**/*.txt'], outputs: ['{projectRoot}/dist'] } },
};

test('a deleted file affects its project', async () => {
  const root = layeredWorkspace({ 'packages/app/src/extra.txt': 'extra\n' });
  git(root, 'rm', '-q', 'packages/app/src/extra.txt');
  const run = await larderEvents(root, affectedBuild);
  expect(run.outcomes).toMatchObject({ 'app:build': 'executed' });
});

test('nothing changed is a success that says so', async () => {
  const root = layeredWorkspace();
  const run = await larder(root, affectedBuild);
  expect(run.exitCode).toBe(0);
  expect(run.stdout + run.stderr).toMatch(/nothing|no tasks/i);
});

test('files may be named on the command line or on standard input', async () => {
  const root = layeredWorkspace();
  const byFlag = await larderEvents(root, [...affectedBuild, '--files', 'packages/app/src/index.txt']);
  expect(byFlag.outcomes).toMatchObject({ 'app:build': 'executed' });
  const byStdin = await larderEvents(root, [...affectedBuild, '--stdin'], { stdin: 'packages/app/src/index.txt\n' });
  expect(byStdin.outcomes).toEqual({ 'app:build': 'up-to-date', 'core:build': 'up-to-date', 'ui:build': 'up-to-date' });
});

test('--explain names the file and the way to each task', async () => {
  const root = layeredWorkspace();
  writeFiles(root, { 'packages/core/src/index.txt': 'core v2\n' });
  const { stdout, exitCode } = await larder(root, [...affectedBuild, '--explain']);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('packages/core/src/index.txt');
  expect(stdout).toContain('app:build');
});

test('a base that does not exist is an error, not a run of everything', async () => {
  const root = layeredWorkspace();
  const run = await larder(root, [...affectedBuild, '--base', 'origin/nowhere']);
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain('origin/nowhere');
});

test('a shallow clone without the base says so', async () => {
  const root = layeredWorkspace();
  writeFiles(root, { 'packages/ui/src/index.txt': 'ui v2\n' });
  commitAll(root, 'second');
  const clone = join(makeFolder(), 'clone');
  execFileSync('git', ['clone', '-q', '--depth', '1', `file://${root}`, clone]);
  const run = await larder(clone, [...affectedBuild, '--base', 'HEAD~1']);
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toMatch(/shallow/i);
});

test('outside of git, affected says what it needs', async () => {
  const root = makeFolder();
  writeFiles(root, {
    'package.json': { name: 'x', workspaces: ['packages/*'] },
    'packages/a/package.json': { name: 'a', scripts: { build: 'true' } },
  });
  const run = await larder(root, affectedBuild);
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toMatch(/git/);
});

const lockfile = (versions: Readonly<Record<string, string>>): object => ({
  name: 'acme',
  lockfileVersion: 3,
  packages: {
    '': { name: 'acme', workspaces: ['packages/*'] },
    'packages/core': { dependencies: { ms: '^2.0.0' } },
    'packages/app': { dependencies: { ini: '^4.0.0', ui: '1.0.0' } },
    ...Object.fromEntries(Object.entries(versions).map(([name, version]) => [`node_modules/${name}`, { version }])),
  },
});

function lockedWorkspace(): string {
  const project = (name: string, dependencies: object): object => ({
    name,
    version: '1.0.0',
    scripts: { build: 'true', test: 'true' },
    dependencies,
  });
  return layeredWorkspace({
    'packages/core/package.json': project('core', { ms: '^2.0.0' }),
    'packages/app/package.json': project('app', { ini: '^4.0.0', ui: '1.0.0' }),
    'package-lock.json': lockfile({ ms: '2.1.2', ini: '4.1.0' }),
  });
}

test('a bumped package affects its users, and --explain names it', async () => {
  const root = lockedWorkspace();
  writeFiles(root, { 'package-lock.json': lockfile({ ms: '2.1.2', ini: '4.1.3' }) });
  expect((await larder(root, [...affectedBuild, '--explain'])).stdout).toBe(
    'app:build\n  package-lock.json: lockfile package ini 4.1.0 -> 4.1.3\n',
  );
});

test('a change of nx.json affects the tasks that it defines otherwise', async () => {
  const root = layeredWorkspace();
  const config = (parallel: number, testOptions: object): object => ({
    parallel,
    namedInputs: { default: ['{projectRoot}/**/*'] },
    targetDefaults: {
      build: { dependsOn: ['^build'], outputs: ['{projectRoot}/dist'], cache: true },
      test: { dependsOn: ['build'], cache: true, ...testOptions },
    },
  });
  const affected = ['affected', '-t', 'build', 'test', '--explain'];
  writeFiles(root, { 'nx.json': config(2, {}) });
  expect((await larder(root, affected)).stdout).toBe('No task is affected.\n');
  writeFiles(root, { 'nx.json': config(2, { inputs: ['default', { env: 'CI' }] }) });
  const { stdout } = await larder(root, affected);
  expect(stdout.split('\n').filter((line) => line.startsWith('  '))).toEqual(
    Array.from({ length: 3 }, () => '  nx.json configures it: inputs'),
  );
  expect(stdout).not.toContain(':build\n');
});

test('a script that is edited affects the tasks that run it', async () => {
  const root = lockedWorkspace();
  const manifest = {
    name: 'ui',
    version: '1.0.0',
    scripts: { build: 'echo ui', test: 'true' },
    dependencies: { core: '1' },
  };
  writeFiles(root, { 'nx.json': { targetDefaults: { build: { inputs: ['{projectRoot}/src/**/*'] } } } });
  commitAll(root, 'narrow');
  writeFiles(root, { 'packages/ui/package.json': { ...manifest, description: 'u' } });
  commitAll(root, 'before');
  writeFiles(root, { 'packages/ui/package.json': { ...manifest, description: 'new' } });
  const since = [...affectedBuild, '--explain', '--base', 'HEAD'];
  expect((await larder(root, since)).stdout).toBe('No task is affected.\n');
  writeFiles(root, { 'packages/ui/package.json': { ...manifest, scripts: { build: 'echo other' } } });
  expect((await larder(root, since)).stdout).toBe(
    'ui:build\n  packages/ui/package.json configures it: scriptContent\n',
  );
});

test('in CI the base is what the provider says, and what a shallow clone lacks is fetched', async () => {
  const root = layeredWorkspace();
  git(root, 'switch', '-q', '-c', 'release');
  writeFiles(root, { 'packages/core/src/index.txt': 'core of the release\n' });
  commitAll(root, 'release');
  git(root, 'switch', '-q', '-c', 'topic');
  writeFiles(root, { 'packages/app/src/index.txt': 'app v2\n' });
  commitAll(root, 'topic');
  const clone = join(makeFolder(), 'clone');
  execFileSync('git', ['clone', '-q', '--depth', '1', '--branch', 'topic', `file://${root}`, clone]);
  const env = { CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'pull_request', GITHUB_BASE_REF: 'release' };
  const refused = await larder(clone, [...affectedBuild, '--explain', '--no-fetch'], { env });
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toMatch(/shallow/i);
  const run = await larder(clone, [...affectedBuild, '--explain'], { env });
  expect(run.stdout).toBe('app:build\n  packages/app/src/index.txt is in the input packages/app/**/*\n');
});

test('--filter narrows what is affected, and selects projects to show and to draw', async () => {
  const root = layeredWorkspace();
  git(root, 'switch', '-q', '-c', 'feature');
  writeFiles(root, { 'packages/core/src/index.txt': 'core v2\n' });
  const affected = await larder(root, [...affectedBuild, '--filter', '!app', '--explain']);
  expect(affected.stdout.split('\n').filter((line) => /^\S+:build/.test(line))).toEqual(['core:build', 'ui:build']);
  const shown = await larder(root, ['show', 'projects', '--json', '-F', 'ui...', '-F', '!core']);
  expect(JSON.parse(shown.stdout)).toEqual(['ui']);
  const changed = await larder(root, ['show', 'projects', '--json', '-F', '...^[main]']);
  expect(JSON.parse(changed.stdout)).toEqual(['app', 'ui']);
  const drawn = await larder(root, ['graph', '-F', 'ui...']);
  expect(drawn.stdout).not.toContain('app');
  expect(drawn.stdout).toContain('core');
  expect((await larder(root, ['graph', '-F', 'nothing-such'])).exitCode).toBe(2);
});

test('generators that Nx would run first are one warning, for the tasks of the run that name them', async () => {
  const root = layeredWorkspace({
    'packages/app/project.json': {
      name: 'app',
      targets: { build: { syncGenerators: ['@nx/js:sync'] }, test: { syncGenerators: ['@nx/js:sync', './own:sync'] } },
    },
  });
  const both = await larder(root, ['run-many', '-t', 'build', 'test', '--output-style', 'static']);
  expect(both.stderr.match(/syncGenerators/g)).toHaveLength(1);
  expect(both.stderr).toContain('./own:sync, @nx/js:sync: not run by Larder; run `nx sync`');
  expect((await larder(root, ['core:build', '--output-style', 'static'])).stderr).not.toContain('syncGenerators');
  const ndjson = await larder(root, ['app:build', '--output-style', 'ndjson']);
  expect(ndjson.stderr).not.toContain('syncGenerators');
});
