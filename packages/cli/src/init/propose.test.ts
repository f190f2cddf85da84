import { describe, expect, test } from 'vitest';
import { findOutputFolders } from './find-output-folders.ts';
import { proposeForNx, type NxWorkspace } from './propose-for-nx.ts';
import { proposeForPlain, type PlainProject } from './propose-for-plain.ts';
import type { Proposal } from './proposal.ts';

function nx(workspace: Partial<NxWorkspace>): Proposal {
  return proposeForNx({
    nxJson: '{}',
    base: null,
    gitignore: '.larder\n',
    packageJson: '{ "devDependencies": { "nx": "24.0.6" } }',
    nxVersion: '24.0.6',
    hasPlugin: false,
    version: '1.2.3',
    installCommand: 'pnpm install',
    isolate: true,
    read: () => null,
    isIgnored: false,
    ...workspace,
  });
}

function editsOf(proposal: Proposal): Readonly<Record<string, string>> {
  if (proposal.kind === 'refused') throw new Error(JSON.stringify(proposal.problems));
  return Object.fromEntries(proposal.edits.map(({ file, after }) => [file, after]));
}

describe('an Nx workspace', () => {
  test('gets the plugin and its package, and is told to install it', () => {
    const proposal = nx({});
    expect(editsOf(proposal)).toEqual({
      'nx.json': '{\n  "plugins": ["@larder/nx"]\n}',
      'package.json': '{ "devDependencies": { "nx": "24.0.6", "@larder/nx": "^1.2.3" } }',
    });
    expect(proposal).toMatchObject({ next: [expect.stringContaining('pnpm install')] });
  });

  test.each([
    ['["@larder/nx"]', {}],
    ['[{ "plugin": "@larder/nx", "options": { "summary": false } }]', {}],
  ])('that has the plugin in %s stays as it is', (plugins, expected) => {
    const packageJson = '{ "dependencies": { "@larder/nx": "1.0.0" } }';
    expect(editsOf(nx({ nxJson: `{ "plugins": ${plugins} }`, packageJson }))).toEqual(expected);
  });

  test.each([
    [null, '.larder\n'],
    ['dist', 'dist\n.larder\n'],
    ['dist\r\n', 'dist\r\n.larder\r\n'],
  ])('whose .gitignore is %j gets a line for the folder of Larder', (gitignore, expected) => {
    expect(editsOf(nx({ gitignore }))['.gitignore']).toBe(expected);
  });

  test('whose package is there and not named is only given the name', () => {
    expect(Object.keys(editsOf(nx({ hasPlugin: true })))).toEqual(['nx.json']);
  });

  test('without other plugins gets the line by which nx starts no process for it; with others that is left to people', () => {
    expect(editsOf(nx({ isolate: undefined, hasPlugin: true }))['.env']).toContain('NX_ISOLATE_PLUGINS=false\n');
    const others = nx({ isolate: undefined, nxJson: '{ "plugins": ["@nx/vite/plugin"] }' });
    expect(Object.keys(editsOf(others))).not.toContain('.env');
    expect(others).toMatchObject({ notes: [expect.stringContaining('--no-isolate-plugins')] });
  });

  test('whose .env git ignores is told that CI has no such line', () => {
    const proposal = nx({ isolate: undefined, isIgnored: true });
    expect(proposal).toMatchObject({ notes: expect.arrayContaining([expect.stringContaining('git ignores .env')]) });
  });

  test.each(['19.8.4', '20.3.9', '25.0.0'])('with nx %s is left without a plugin that would not load', (nxVersion) => {
    const proposal = nx({ nxVersion });
    expect(editsOf(proposal)).toEqual({});
    expect(proposal).toMatchObject({ notes: [expect.stringContaining('left out')] });
  });

  test.each<[string, Partial<NxWorkspace>, string]>([
    ['does not parse', { nxJson: '{ "plugins": [ }' }, 'nx.json'],
    ['is no object', { nxJson: '[]' }, 'nx.json'],
    ['has plugins that are no list', { nxJson: '{ "plugins": "a" }' }, 'nx.json'],
    ['takes its plugins from another file', { nxJson: '{ "extends": "x" }', base: '{ "plugins": ["a"] }' }, 'nx.json'],
    ['has a package.json that does not parse', { packageJson: '{' }, 'package.json'],
    ['has no package.json', { packageJson: null }, 'package.json'],
    ['lists dependencies in an array', { packageJson: '{ "devDependencies": [] }' }, 'package.json'],
  ])('that %s is not touched', (_, workspace, file) => {
    const proposal = nx(workspace);
    expect(proposal).toMatchObject({
      kind: 'refused',
      problems: expect.arrayContaining([expect.objectContaining({ file })]),
    });
  });
});

describe('a workspace of packages', () => {
  const project = (name: string, scripts: Record<string, string>, outputFolders: string[] = []): PlainProject => ({
    name,
    scripts: new Map(Object.entries(scripts)),
    outputFolders,
  });
  const targetsOf = (projects: readonly PlainProject[]): unknown => {
    const text = editsOf(proposeForPlain(projects))['larder.json'];
    return text === undefined ? null : (JSON.parse(text) as { readonly targetDefaults: unknown }).targetDefaults;
  };

  test('caches builds with what all of them write, and checks that write nothing', () => {
    const projects = [
      project('a', { build: 'x', lint: 'y' }, ['lib']),
      project('b', { build: 'x', test: 'vitest --coverage' }, ['dist']),
    ];
    expect(targetsOf(projects)).toEqual({
      build: { cache: true, dependsOn: ['^build'], outputs: ['{projectRoot}/dist', '{projectRoot}/lib'] },
      lint: { cache: true },
      test: { cache: true, dependsOn: ['^build'], outputs: ['{projectRoot}/coverage'] },
    });
  });

  test('does not cache a build of which nobody knows what it writes, and says so', () => {
    const projects = [project('a', { build: 'x' }, ['dist']), project('b', { build: 'x' })];
    expect(targetsOf(projects)).toEqual({ build: { dependsOn: ['^build'] } });
    expect(proposeForPlain(projects)).toMatchObject({ notes: [expect.stringContaining('what it writes in b.')] });
  });

  test('without scripts of usual names needs nothing', () => {
    expect(targetsOf([project('a', { start: 'x' })])).toBeNull();
  });
});

describe('the folders that a build writes', () => {
  const folders = (manifest: Record<string, never> | object, facts: { source?: string[]; there?: string[] } = {}) =>
    findOutputFolders({
      manifest: manifest as Record<string, string>,
      hasSource: (folder) => facts.source?.includes(folder) === true,
      exists: (folder) => facts.there?.includes(folder) === true,
    });

  test('are those that the manifest points into', () => {
    expect(folders({ main: './lib/index.js', types: 'types/index.d.ts', bin: { x: 'bin/x.js' } })).toEqual([
      'lib',
      'types',
      'bin',
    ]);
    expect(folders({ exports: { '.': { import: './esm/a.js', default: ['./cjs/a.js'] } } })).toEqual(['esm', 'cjs']);
  });

  test('and those of usual names that are there, but never one with source', () => {
    expect(folders({ main: 'src/index.ts' }, { source: ['src', 'build'], there: ['build', 'dist'] })).toEqual(['dist']);
  });

  test.each(['index.js', './index.js', '../other/index.js', '/etc/passwd', '{x}/a', './*/index.js'])(
    'are not read out of %j',
    (main) => {
      expect(folders({ main })).toEqual([]);
    },
  );
});
