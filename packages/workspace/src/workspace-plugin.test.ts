import type { GraphContribution, JsonObject, ProjectContribution } from '@larder/core';
import { expect, test } from 'vitest';

import { makeGraphContext } from './testing/make-graph-context.ts';
import { workspacePlugin } from './workspace-plugin.ts';

type Files = Readonly<Record<string, string | JsonObject>>;

async function contribute(files: Files): Promise<GraphContribution> {
  const created = workspacePlugin.create({});
  if (created.kind === 'invalid' || created.parts.graph === undefined) throw new Error('no graph');
  const texts = Object.entries(files).map(([path, content]) => [
    path,
    typeof content === 'string' ? content : JSON.stringify(content),
  ]);
  return created.parts.graph.contribute(makeGraphContext(Object.fromEntries(texts)));
}

async function rootsOf(files: Files): Promise<readonly string[]> {
  return (await contribute(files)).projects.map(({ root }) => root);
}

async function projectOf(files: Files, root = 'packages/a'): Promise<ProjectContribution> {
  const contribution = await contribute(files);
  const project = contribution.projects.find((candidate) => candidate.root === root);
  if (project === undefined) throw new Error(`no project at ${root}: ${JSON.stringify(contribution.problems)}`);
  return project;
}

const workspaces: JsonObject = { name: 'repo', workspaces: ['packages/*'] };

test('npm, yarn and bun workspaces are the folders with a manifest that the patterns match', async () => {
  const files = {
    'package.json': workspaces,
    'packages/a/package.json': {},
    'packages/b/package.json': {},
    'packages/none/readme.md': '',
    'packages/a/fixtures/package.json': {},
    'tools/package.json': {},
  };
  expect(await rootsOf(files)).toEqual(['packages/a', 'packages/b']);
});

test("yarn's object form, leading dots, trailing slashes and braces are understood", async () => {
  const files = {
    'package.json': { workspaces: { packages: ['./{apps,libs}/*/', 'one'], nohoist: [] } },
    'apps/a/package.json': {},
    'libs/b/package.json': {},
    'one/package.json': {},
    'two/package.json': {},
  };
  expect(await rootsOf(files)).toEqual(['apps/a', 'libs/b', 'one']);
});

test('pnpm workspaces match at depth, and ! takes away wherever it stands', async () => {
  const files = {
    'package.json': { name: 'repo' },
    'pnpm-workspace.yaml': 'packages:\n  - "!**/test/**"\n  - packages/**\n  - "!packages/old"\n',
    'packages/a/package.json': {},
    'packages/deep/er/package.json': {},
    'packages/a/test/fixture/package.json': {},
    'packages/old/package.json': {},
  };
  expect(await rootsOf(files)).toEqual(['packages/a', 'packages/deep/er']);
});

test('a pnpm-workspace.yaml with settings only declares no members', async () => {
  const files = { 'package.json': { name: 'repo' }, 'pnpm-workspace.yaml': 'nodeLinker: hoisted\n' };
  expect(await rootsOf(files)).toEqual(['']);
});

test('in an Nx workspace a project.json makes a project anywhere, with the manifest beside it', async () => {
  const files = {
    'nx.json': {},
    'package.json': workspaces,
    'packages/a/package.json': {},
    'elsewhere/b/project.json': { name: 'b' },
    'elsewhere/b/package.json': { name: '@x/b', scripts: { build: 'tsc' } },
  };
  expect(await rootsOf(files)).toEqual(['elsewhere/b', 'packages/a']);
  expect(await projectOf(files, 'elsewhere/b')).toMatchObject({
    name: 'b',
    packageName: '@x/b',
    targets: { build: { executor: 'nx:run-script' } },
  });
});

test('without an nx.json it makes one of a member, and of any folder where no workspaces are declared', async () => {
  const files = { 'packages/go/project.json': { name: 'go' }, 'fixtures/b/project.json': { name: 'b' } };
  expect(await rootsOf({ ...files, 'package.json': workspaces })).toEqual(['packages/go']);
  expect(await rootsOf(files)).toEqual(['fixtures/b', 'packages/go']);
});

test('the root is a project with an nx key, or a project.json, or when the workspaces name it', async () => {
  const member = { 'packages/a/package.json': {} };
  expect(await rootsOf({ ...member, 'package.json': workspaces })).toEqual(['packages/a']);
  expect(await rootsOf({ ...member, 'package.json': { ...workspaces, nx: {} } })).toEqual(['', 'packages/a']);
  expect(await rootsOf({ ...member, 'package.json': workspaces, 'project.json': {} })).toEqual(['', 'packages/a']);
  expect(await rootsOf({ ...member, 'package.json': { workspaces: ['.', 'packages/*'] } })).toEqual(['', 'packages/a']);
});

test('the root of a repository of one package is its project', async () => {
  const project = await projectOf({ 'package.json': { name: 'lone', scripts: { build: 'tsc' } }, 'src/a.ts': '' }, '');
  expect(project).toMatchObject({ name: 'lone', targets: { build: { options: { script: 'build' } } } });
});

test('scripts are explicit targets that run the script', async () => {
  const files = { 'package.json': workspaces, 'packages/a/package.json': { scripts: { build: 'tsc -b' } } };
  const project = await projectOf(files);
  expect(project.layer).toBe('explicit');
  expect(project.targets).toEqual({
    build: { executor: 'nx:run-script', options: { script: 'build' }, metadata: { scriptContent: 'tsc -b' } },
  });
});

test('a script knows those that npm runs before and after it', async () => {
  const scripts = { prebuild: 'clean', build: 'tsc', postbuild: 'copy' };
  const project = await projectOf({ 'package.json': workspaces, 'packages/a/package.json': { scripts } });
  expect(project.targets['build']?.['metadata']).toEqual({
    scriptContent: 'tsc',
    preScriptContent: 'clean',
    postScriptContent: 'copy',
  });
});

test('includedScripts leaves out the scripts that it does not name', async () => {
  const manifest = { scripts: { build: 'tsc', postinstall: 'x' }, nx: { includedScripts: ['build'] } };
  expect(
    Object.keys((await projectOf({ 'package.json': workspaces, 'packages/a/package.json': manifest })).targets),
  ).toEqual(['build']);
});

test("nx.targets adds to the script's target of the same name", async () => {
  const manifest = {
    scripts: { build: 'tsc' },
    nx: {
      targets: { build: { outputs: ['{projectRoot}/out'], options: { color: true } }, extra: { command: 'echo' } },
    },
  };
  const { targets } = await projectOf({ 'package.json': workspaces, 'packages/a/package.json': manifest });
  expect(targets['build']).toEqual({
    executor: 'nx:run-script',
    options: { script: 'build', color: true },
    outputs: ['{projectRoot}/out'],
    metadata: { scriptContent: 'tsc' },
  });
  expect(targets['extra']).toEqual({ command: 'echo' });
});

test('a target that runs something else replaces the script of the same name', async () => {
  const files = {
    'package.json': workspaces,
    'packages/a/package.json': {
      scripts: { build: 'tsc', test: 'vitest' },
      nx: { targets: { build: { command: 'make' } } },
    },
    'packages/a/project.json': { targets: { test: { executor: '@nx/vite:test' } } },
  };
  expect((await projectOf(files)).targets).toEqual({ build: { command: 'make' }, test: { executor: '@nx/vite:test' } });
});

test('project.json lies over package.json#nx, configurations by key', async () => {
  const files = {
    'package.json': workspaces,
    'packages/a/package.json': {
      name: '@x/a',
      nx: {
        name: 'from-package',
        tags: ['one'],
        implicitDependencies: ['b'],
        namedInputs: { src: ['a'], other: ['b'] },
        targets: { build: { command: 'make', configurations: { ci: { x: 1, y: 1 }, dev: {} } } },
      },
    },
    'packages/a/project.json': {
      name: 'from-project',
      tags: ['two', 'one'],
      implicitDependencies: ['!c'],
      namedInputs: { src: ['c'] },
      sourceRoot: 'packages/a/src',
      targets: { build: { configurations: { ci: { y: 2 } } } },
    },
  };
  expect(await projectOf(files)).toMatchObject({
    name: 'from-project',
    packageName: '@x/a',
    tags: ['npm:public', 'one', 'two'],
    implicitDependencies: ['b', '!c'],
    namedInputs: { src: ['c'], other: ['b'] },
    metadata: { sourceRoot: 'packages/a/src' },
    targets: { build: { command: 'make', configurations: { ci: { x: 1, y: 2 }, dev: {} } } },
  });
});

test('a project without a name is named after its folder', async () => {
  const files = { 'package.json': workspaces, 'packages/Web/package.json': { private: true, keywords: ['ui'] } };
  const project = await projectOf(files, 'packages/Web');
  expect(project).toMatchObject({ name: 'web', packageName: null, tags: ['npm:private', 'npm:ui'] });
});

test('dependencies come from all four keys of the manifest', async () => {
  const manifest = {
    dependencies: { a: '1' },
    devDependencies: { b: 'workspace:*' },
    peerDependencies: { c: '>=2' },
    optionalDependencies: { d: 'catalog:' },
  };
  const project = await projectOf({ 'package.json': workspaces, 'packages/a/package.json': manifest });
  expect(project.manifestDependencies).toEqual([
    { packageName: 'a', kind: 'production', specifier: '1' },
    { packageName: 'b', kind: 'development', specifier: 'workspace:*' },
    { packageName: 'c', kind: 'peer', specifier: '>=2' },
    { packageName: 'd', kind: 'optional', specifier: 'catalog:' },
  ]);
});

test('every malformed file is reported with its place, and the other projects are read', async () => {
  const contribution = await contribute({
    'package.json': workspaces,
    'pnpm-workspace.yaml': 'packages:\n  - "unclosed\n',
    'packages/a/package.json': '{\n  "scripts": { "build": }\n}',
    'packages/b/package.json': '{"scripts":{"build":"tsc"}}',
    'packages/c/project.json': '[]',
    'packages/d/package.json': '{\n  "scripts": { "build": 7 },\n  "nx": { "tags": "x" }\n}',
  });
  const places = contribution.problems.map((problem) => ({
    code: problem.code,
    file: problem.location?.file,
    line: problem.location?.line,
  }));
  expect(places).toEqual(
    expect.arrayContaining([
      { code: 'invalid-syntax', file: 'pnpm-workspace.yaml', line: expect.any(Number) },
      { code: 'invalid-syntax', file: 'packages/a/package.json', line: 2 },
      { code: 'invalid-value', file: 'packages/c/project.json', line: 1 },
      { code: 'invalid-value', file: 'packages/d/package.json', line: 2 },
      { code: 'invalid-value', file: 'packages/d/package.json', line: 3 },
    ]),
  );
  expect(contribution.projects.find(({ root }) => root === 'packages/b')?.targets).toHaveProperty('build');
});

test('comments, trailing commas and a byte order mark do no harm', async () => {
  const files = { 'package.json': workspaces, 'packages/a/project.json': '\uFEFF{ // a\n "name": "x", }' };
  const contribution = await contribute(files);
  expect(contribution.problems).toEqual([]);
  expect(contribution.projects[0]?.name).toBe('x');
});

test('a malformed root manifest is reported once', async () => {
  const contribution = await contribute({ 'package.json': '{"workspaces": 7, "nx": {}}' });
  expect(contribution.problems).toMatchObject([{ code: 'invalid-value', path: 'workspaces', found: '7' }]);
});

test('a value of a target is found in the file that declares it', async () => {
  const project = await projectOf({
    'package.json': workspaces,
    'packages/a/package.json':
      '{\n"scripts": { "build": "x" },\n"nx": { "targets": {\n"build": { "cache": true } } } }',
    'packages/a/project.json': '{\n"targets": { "test":\n{ "command": "y" } } }',
  });
  const lineOf = (...path: string[]) => [project.locate(path)?.file, project.locate(path)?.line];
  expect(lineOf('targets', 'test', 'command')).toEqual(['packages/a/project.json', 3]);
  expect(lineOf('targets', 'build', 'cache')).toEqual(['packages/a/package.json', 4]);
  expect(lineOf('targets', 'nowhere')).toEqual([undefined, undefined]);
});

test('keys named like parts of every object are plain keys', async () => {
  const files = {
    'package.json': workspaces,
    'packages/a/package.json': '{"scripts":{"__proto__":"x","constructor":"y"},"dependencies":{"toString":"1"}}',
  };
  const project = await projectOf(files);
  expect(Object.keys(project.targets)).toEqual(['__proto__', 'constructor']);
});

test('options are refused by name', () => {
  expect(workspacePlugin.create({ globs: ['a'] })).toEqual({
    kind: 'invalid',
    issues: [{ path: 'globs', found: 'globs', allowed: 'no options' }],
  });
});
