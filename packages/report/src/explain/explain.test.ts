import { expect, test } from 'vitest';
import {
  asProjectName,
  asWorkspacePath,
  type Project,
  type ProjectGraph,
  type Target,
  type TaskHashDetails,
} from '@larder/core';
import { hashOf, taskId } from '../testing/recorded-run.ts';
import { projectToJson } from './project-to-json.ts';
import { renderProject, renderProjectNames } from './render-projects.ts';
import { renderWhy } from './render-why.ts';

const details: TaskHashDetails = {
  task: taskId('web:build'),
  hash: hashOf('web'),
  entries: [
    { kind: 'hash-version', name: '', value: '1' },
    { kind: 'files', name: 'apps/web/src/main.ts', value: hashOf('main') },
    { kind: 'files', name: 'apps/web/src/\u001B[2Jodd\nname.ts', value: hashOf('odd') },
    { kind: 'env', name: 'NODE_ENV', value: hashOf('env') },
    { kind: 'task', name: 'ui:build', value: hashOf('ui') },
  ],
};

test('every value of a hash is shown in groups by kind, one line each', () => {
  expect(renderWhy(details, { color: false, columns: Infinity, lastRun: null })).toMatchInlineSnapshot(`
    "web:build  77656200000000000000000000000000
    No run of this task is recorded.

    hash version
        1

    files (2)
      apps/web/src/main.ts       6d61696e000000000000000000000000
      apps/web/src/odd\\nname.ts  6f646400000000000000000000000000

    environment (digests of the values)
      NODE_ENV  656e7600000000000000000000000000

    hashes of dependencies
      ui:build  75690000000000000000000000000000
    "
  `);
});

test('the last run is compared with', () => {
  const lastRun = { runId: '1', startedAtEpochMs: 0, hash: hashOf('old'), outcome: 'executed', reason: 'no entry' };
  const [, second] = renderWhy(details, { color: false, columns: Infinity, lastRun }).split('\n');
  expect(second).toMatchInlineSnapshot(
    `"The last run, 1970-01-01T00:00:00.000Z, had another hash, 6f6c6400000000000000000000000000: executed (no entry)."`,
  );
});

const build: Target = {
  name: 'build',
  executor: 'nx:run-commands',
  options: { command: 'vite build' },
  configurations: { production: {} },
  defaultConfiguration: null,
  inputs: [
    { kind: 'named', name: 'production', of: { kind: 'self' } },
    { kind: 'fileset', pattern: '{projectRoot}/src/**', of: { kind: 'dependencies' } },
    { kind: 'env', name: 'NODE_ENV' },
  ],
  outputs: ['{projectRoot}/dist'],
  dependsOn: [{ target: 'build', of: { kind: 'dependencies' }, params: 'ignore', options: 'ignore', inputs: true }],
  cache: true,
  continuous: false,
  parallelism: true,
  metadata: {},
  location: null,
};

const web: Project = {
  name: asProjectName('web'),
  root: asWorkspacePath('apps/web'),
  packageName: '@acme/web',
  tags: ['type:app'],
  targets: new Map([['build', build]]),
  namedInputs: {},
  externalDependencies: ['vite'],
  metadata: {},
};

const graph: ProjectGraph = {
  projects: new Map([[web.name, web]]),
  dependencies: new Map([[web.name, [{ dependency: asProjectName('ui'), kind: 'static', sourceFile: null }]]]),
  externals: { packages: new Map(), resolutions: new Map(), globalKey: '' },
};

test('a project is shown with its targets', () => {
  expect(renderProject(web, graph, { color: false, columns: 100 })).toMatchInlineSnapshot(`
    "web
      root        apps/web
      package     @acme/web
      tags        type:app
      depends on  ui
      external    vite

    build
      executor        nx:run-commands
      configurations  production
      depends on      ^build
      inputs          production, ^{projectRoot}/src/**, env NODE_ENV
      outputs         {projectRoot}/dist
      cache           yes
    "
  `);
});

test('projects are shown by name for scripts', () => {
  expect(renderProjectNames([web.name])).toBe('web\n');
});

test('what a target takes of the machine is shown where it says so', () => {
  const keys = { retries: 2, weight: 3, mutex: ['db'], resources: { gpu: 1 } };
  const heavy: Project = { ...web, targets: new Map([['build', { ...build, ...keys, parallelism: false }]]) };
  expect(renderProject(heavy, graph, { color: false, columns: 100 })).toContain(
    [
      '  retries         2',
      '  weight          3 slots',
      '  mutex           db',
      '  resources       1 gpu',
      '  runs alone      yes',
    ].join('\n'),
  );
  expect(projectToJson(heavy, graph).targets['build']).toMatchObject(keys);
});

test('a project as JSON is versioned', () => {
  expect(projectToJson(web, graph)).toMatchObject({
    v: 1,
    name: 'web',
    dependsOn: ['ui'],
    targets: { build: { cache: true } },
  });
});
