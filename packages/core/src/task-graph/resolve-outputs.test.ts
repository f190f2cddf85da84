import { expect, test } from 'vitest';
import { asProjectName, asWorkspacePath } from '../ids.ts';
import type { JsonObject } from '../json.ts';
import type { Project } from '../project-graph/project.ts';
import { resolveOutputs } from './resolve-outputs.ts';
import { resolveOptions } from './resolve-tokens.ts';

function projectAt(root: string): Project {
  return {
    name: asProjectName('@acme/web'),
    root: asWorkspacePath(root),
    packageName: null,
    tags: [],
    targets: new Map(),
    namedInputs: {},
    externalDependencies: [],
    metadata: {},
  };
}

const resolve = (declared: string, options: JsonObject = {}, root = 'apps/web') =>
  resolveOutputs([declared], projectAt(root), options);

test.each<[string, JsonObject, string, string[]]>([
  ['{projectRoot}/dist', {}, 'apps/web', ['apps/web/dist']],
  ['{projectRoot}/dist/', {}, '', ['dist']],
  ['{projectRoot}', {}, 'apps/web', ['apps/web']],
  ['{workspaceRoot}/dist/{projectRoot}', {}, 'apps/web', ['dist/apps/web']],
  ['{workspaceRoot}/dist/{projectRoot}', {}, '', ['dist']],
  ['{workspaceRoot}/dist/{projectName}/x', {}, 'apps/web', ['dist/@acme/web/x']],
  ['!{projectRoot}/dist/**/*.map', {}, 'apps/web', ['!apps/web/dist/**/*.map']],
  ['{projectRoot}/dist/**/*.{js,css}', {}, 'apps/web', ['apps/web/dist/**/*.{js,css}']],
  ['{options.outputPath}', { outputPath: 'dist/web' }, 'apps/web', ['dist/web']],
  ['{options.outputPath}', { outputPath: ['dist/b', 'dist/a'] }, 'apps/web', ['dist/a', 'dist/b']],
  ['{options.outputPath}', {}, 'apps/web', []],
  ['{options.outputPath}', { outputPath: '' }, 'apps/web', []],
  ['{projectRoot}/{options.reports.dir}', { reports: { dir: 'r' } }, 'apps/web', ['apps/web/r']],
  ['{projectRoot}/{options.dir}', { dir: '../../coverage/web' }, 'apps/web', ['coverage/web']],
  ['{options.out ?? options.dir ?? dist/{projectRoot}}', { dir: 'd' }, 'apps/web', ['d']],
  ['{options.out ?? options.dir ?? dist/{projectRoot}}', {}, 'apps/web', ['dist/apps/web']],
  ['{options.constructor}', {}, 'apps/web', []],
])('%j with %j at %j is %j', (declared, options, root, outputs) => {
  expect(resolve(declared, options, root)).toEqual({ outputs, outside: [], invalid: [] });
});

test.each<[string, JsonObject, string]>([
  ['{projectRoot}/../../../x', {}, 'apps/web'],
  ['{workspaceRoot}/../x', {}, 'apps/web'],
  ['{options.outputPath}', { outputPath: '/etc' }, 'apps/web'],
  ['{options.outputPath}', { outputPath: 'C:/windows' }, 'apps/web'],
  ['{workspaceRoot}', {}, 'apps/web'],
  ['{projectRoot}', {}, ''],
  ['{projectRoot}/dist/..', {}, ''],
])('%j with %j at %j is outside the workspace, or all of it', (declared, options, root) => {
  expect(resolve(declared, options, root)).toEqual({ outputs: [], outside: [declared], invalid: [] });
});

test.each(['dist', './dist', '/dist', '!dist', 'dist/{projectRoot}', '{projectRoot}/{workspaceRoot}/x', ''])(
  '%j does not say what it is relative to',
  (declared) => {
    expect(resolve(declared)).toEqual({ outputs: [], outside: [], invalid: [declared] });
  },
);

test('outputs are sorted by code unit and stand once', () => {
  const declared = ['{projectRoot}/b', '{projectRoot}/B', '{projectRoot}/./b/', '!{projectRoot}/a'];
  expect(resolveOutputs(declared, projectAt('x'), {}).outputs).toEqual(['!x/a', 'x/B', 'x/b']);
});

test('tokens in options are resolved at every depth, other braces stay', () => {
  const options = {
    command: 'cp {workspaceRoot}/a {projectRoot}/b',
    main: '{workspaceRoot}/src/{projectName}.ts',
    deep: [{ dir: '{projectRoot}', keep: '{args.x} ${HOME}' }],
    count: 1,
  };
  expect(resolveOptions(options, projectAt('apps/web'))).toEqual({
    command: 'cp {workspaceRoot}/a apps/web/b',
    main: 'src/@acme/web.ts',
    deep: [{ dir: 'apps/web', keep: '{args.x} ${HOME}' }],
    count: 1,
  });
  expect(resolveOptions({ cwd: '{projectRoot}' }, projectAt(''))).toEqual({ cwd: '.' });
});
