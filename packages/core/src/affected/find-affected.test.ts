import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashWorld, inputsOf, prepareWorld, type World } from '../fixtures/hash-world.ts';
import { asWorkspacePath } from '../ids.ts';
import type { AffectedReason, Change } from './affected-reason.ts';
import { findAffected } from './find-affected.ts';

function reasonsFor(world: World, ...paths: readonly string[]): Readonly<Record<string, AffectedReason>> {
  const { taskGraph, inputs, problems } = prepareWorld(world);
  expect(problems).toEqual([]);
  const changes = paths.map((path): Change => ({ path: asWorkspacePath(path), kind: 'modified' }));
  return Object.fromEntries(findAffected({ taskGraph, inputsOf: (task) => inputs.get(task)!, changes }));
}

function affectedBy(world: World, ...paths: readonly string[]): readonly string[] {
  return Object.keys(reasonsFor(world, ...paths));
}

const chain: World = {
  projects: 'web -> ui\nui -> util\nother',
  tasks: `web:build -> ui:build
    ui:build -> util:build
    web:lint
    ui:lint
    other:build`,
};
const narrow = { definition: { inputs: inputsOf('{projectRoot}/src/**/*') } };
const narrowed: World = {
  ...chain,
  taskOverrides: Object.fromEntries(
    ['web:build', 'ui:build', 'util:build', 'web:lint', 'ui:lint', 'other:build'].map((task) => [task, narrow]),
  ),
};

test('nothing changed, nothing affected', () => {
  expect(affectedBy(chain)).toEqual([]);
});

test('a file touches the tasks that count it, and affects their dependents', () => {
  expect(reasonsFor(narrowed, 'packages/util/src/a.ts')).toEqual({
    'ui:build': { kind: 'dependency', task: 'util:build' },
    'util:build': { kind: 'file', path: 'packages/util/src/a.ts', input: 'packages/util/src/**/*' },
    'web:build': { kind: 'dependency', task: 'ui:build' },
  });
});

test('a file that no input matches affects nothing', () => {
  expect(affectedBy(narrowed, 'packages/util/README.md', 'docs/index.md')).toEqual([]);
});

test('a file of a project further down touches through ^inputs', () => {
  expect(reasonsFor(chain, 'packages/util/a.ts')['web:lint']).toEqual({
    kind: 'file',
    path: 'packages/util/a.ts',
    input: '^default from ui',
  });
  expect(affectedBy(chain, 'packages/util/a.ts')).not.toContain('other:build');
});

test("a task's own file is a nearer reason than a shorter path elsewhere", () => {
  const { 'ui:lint': reason } = reasonsFor(
    chain,
    'packages/util/a',
    'packages/ui/long/path.ts',
    'packages/ui/other.ts',
  );
  expect(reason).toMatchObject({ kind: 'file', path: 'packages/ui/other.ts' });
});

test('edges that are not hashed do not affect', () => {
  const world = { ...narrowed, tasks: 'web:build ~> ui:build' };
  expect(affectedBy(world, 'packages/ui/src/a.ts')).toEqual(['ui:build']);
});

test("the workspace's configuration affects every task", () => {
  expect(Object.values(reasonsFor(narrowed, 'nx.json'))).toEqual(
    Array.from({ length: 6 }, () => ({ kind: 'config', path: 'nx.json', keys: [] })),
  );
  expect(affectedBy(narrowed, 'packages/ui/nx.json')).toEqual([]);
});

test("a project's configuration affects the tasks that it defines", () => {
  expect(reasonsFor(narrowed, 'packages/ui/project.json')).toEqual({
    'ui:build': { kind: 'config', path: 'packages/ui/project.json', keys: [] },
    'ui:lint': { kind: 'config', path: 'packages/ui/project.json', keys: [] },
    'web:build': { kind: 'dependency', task: 'ui:build' },
  });
});

test('a package.json counts as configuration only of the targets that come from it', () => {
  const from = (file: string) => ({
    definition: { ...narrow.definition, location: { file: asWorkspacePath(file), line: 1, column: 1, length: 1 } },
  });
  const world = {
    ...narrowed,
    taskOverrides: { 'ui:build': from('packages/ui/package.json'), 'ui:lint': from('packages/ui/project.json') },
  };
  expect(Object.keys(reasonsFor({ ...world, tasks: 'ui:build\nui:lint' }, 'packages/ui/package.json'))).toEqual([
    'ui:build',
  ]);
});

test('a lockfile affects the tasks that count external packages', () => {
  const noPackages = { definition: { inputs: inputsOf({ kind: 'external', packages: [] }) } };
  const onePackage = { definition: { inputs: inputsOf({ kind: 'external', packages: ['react'] }) } };
  const world = { tasks: 'web:a\nweb:b\nweb:c', taskOverrides: { 'web:a': noPackages, 'web:b': onePackage } };
  expect(reasonsFor(world, 'pnpm-lock.yaml')).toEqual({
    'web:b': { kind: 'lockfile', path: 'pnpm-lock.yaml', packages: [] },
    'web:c': { kind: 'lockfile', path: 'pnpm-lock.yaml', packages: [] },
  });
});

test('patterns over the workspace reach files of any project', () => {
  const definition = { inputs: inputsOf('{workspaceRoot}/packages/*/api.json', '{workspaceRoot}/tsconfig.json') };
  const world = { ...chain, tasks: 'other:build', taskOverrides: { 'other:build': { definition } } };
  expect(affectedBy(world, 'packages/ui/api.json')).toEqual(['other:build']);
  expect(affectedBy(world, 'tsconfig.json')).toEqual(['other:build']);
  expect(affectedBy(world, 'packages/ui/src/api.json', 'tsconfig.json.bak')).toEqual([]);
});

function hashesOf(world: World): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...hashWorld(world).details.values()].map(({ task, hash }) => [task, hash] as const).sort(),
  );
}

test('files at the root of the workspace reach patterns that start with a wildcard, and the project there', () => {
  const definition = { inputs: inputsOf('{workspaceRoot}/*.config.ts') };
  const projectOverrides = { other: { root: asWorkspacePath('') } };
  const world = {
    ...narrowed,
    projectOverrides,
    taskOverrides: { 'web:lint': { definition } },
    tasks: 'web:lint\nother:build',
  };
  expect(affectedBy(world, 'eslint.config.ts')).toEqual(['other:build', 'web:lint']);
});

const projectName = fc.constantFrom('a', 'b', 'c', 'd');
const arrows = fc.uniqueArray(fc.tuple(projectName, projectName), { maxLength: 8 });

test('in any project graph a task is affected exactly when its hash would change', () => {
  fc.assert(
    fc.property(arrows, projectName, (edges, edited) => {
      const projects = ['a', 'b', 'c', 'd', ...edges.map(([from, to]) => `${from} -> ${to}`)].join('\n');
      const tasks = edges.filter(([from, to]) => from < to).map(([from, to]) => `${from}:build -> ${to}:build`);
      const world = { projects, tasks: ['a:build', 'b:build', 'c:build', 'd:build', ...tasks].join('\n') };
      const affected = affectedBy(world, `packages/${edited}/x`);
      const [before, after] = ['1', '2'].map((text) =>
        hashesOf({ ...world, files: { [`packages/${edited}/x`]: text } }),
      );
      expect(affected).toEqual(Object.keys(before!).filter((task) => before![task] !== after![task]));
    }),
  );
});

test('reasons do not depend on the order of changes', () => {
  const paths = ['packages/util/a', 'packages/ui/b', 'packages/ui/a', 'package-lock.json', 'packages/web/project.json'];
  fc.assert(
    fc.property(fc.shuffledSubarray(paths, { minLength: paths.length }), (shuffled) => {
      expect(reasonsFor(chain, ...shuffled)).toEqual(reasonsFor(chain, ...paths));
    }),
  );
});
