import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashWorld, inputsOf, prepareWorld, type World } from '../fixtures/hash-world.ts';
import { testDigest } from '../fixtures/memory-files.ts';
import { asWorkspacePath, type TaskId } from '../ids.ts';
import type { ExternalPackage, Externals } from '../project-graph/project.ts';
import type { AffectedReason } from './affected-reason.ts';
import { findAffected } from './find-affected.ts';
import type { TaskDefinitions } from './find-redefined.ts';

function definitionsOf(world: World): TaskDefinitions {
  const { taskGraph, inputs, memory } = prepareWorld(world);
  return { graph: memory.sources.graph, taskGraph, inputsOf: (task) => inputs.get(task)! };
}

function reasonsBetween(
  base: World,
  head: World,
  ...paths: readonly string[]
): Readonly<Record<TaskId, AffectedReason>> {
  const now = definitionsOf(head);
  const found = findAffected({
    ...now,
    changes: paths.map((path) => ({ path: asWorkspacePath(path), kind: 'modified' })),
    base: { definitions: definitionsOf(base), headGraph: now.graph, knowsConfiguration: true, digest: testDigest },
  });
  return Object.fromEntries(found);
}

const world: World = {
  projects: 'web -> ui\nother',
  tasks: 'web:build -> ui:build\nweb:lint\nother:build',
};

test('configuration that leaves every task as it was affects none', () => {
  expect(reasonsBetween(world, world, 'nx.json', 'package-lock.json')).toEqual({});
});

test('only the tasks that are defined otherwise are affected, and what depends on them', () => {
  const head = { ...world, taskOverrides: { 'ui:build': { options: { minify: true }, outputs: ['dist'] } } };
  expect(reasonsBetween(world, head, 'nx.json')).toEqual({
    'ui:build': { kind: 'config', path: 'nx.json', keys: ['options.minify', 'outputs'] },
    'web:build': { kind: 'dependency', task: 'ui:build' },
  });
});

test('other inputs, another dependency and a new task are other definitions', () => {
  const base = { ...world, tasks: 'web:build\nui:build\nother:build' };
  const narrow = { definition: { inputs: inputsOf('{projectRoot}/src/**/*') } };
  const head = { ...world, taskOverrides: { 'other:build': narrow } };
  expect(reasonsBetween(base, head, 'nx.json')).toMatchObject({
    'other:build': { kind: 'config', keys: expect.arrayContaining(['inputs']) as unknown },
    'web:build': { kind: 'config', keys: ['dependsOn'] },
    'web:lint': { kind: 'config', keys: [] },
  });
});

function lock(packages: Readonly<Record<string, string>>, uses: Readonly<Record<string, string>>): Externals {
  const built = Object.entries(packages).map(([name, version]): ExternalPackage => {
    const dependency = uses[name];
    const dependencies = dependency === undefined ? [] : [`${dependency}@${packages[dependency]}`];
    return { key: `${name}@${version}`, name, version, integrity: '', dependencies };
  });
  const resolve = (project: string, name: string) =>
    [asWorkspacePath(`packages/${project}`), new Map([[name, `${name}@${packages[name]}`]])] as const;
  return {
    packages: new Map(built.map((one) => [one.key, one])),
    resolutions: new Map([resolve('ui', 'debug'), resolve('other', 'react')]),
    globalKey: '',
  };
}

const locked: World = {
  ...world,
  projectOverrides: { ui: { externalDependencies: ['debug'] }, other: { externalDependencies: ['react'] } },
  externals: lock({ debug: '4.0.0', ms: '2.0.0', react: '19.0.0' }, { debug: 'ms' }),
};

test('a bumped package affects the tasks that count it, and names the package that changed', () => {
  const head = { ...locked, externals: lock({ debug: '4.0.0', ms: '2.1.0', react: '19.0.0' }, { debug: 'ms' }) };
  const reason = {
    kind: 'lockfile',
    path: 'pnpm-lock.yaml',
    packages: [{ name: 'ms', before: '2.0.0', after: '2.1.0' }],
  };
  expect(reasonsBetween(locked, head, 'pnpm-lock.yaml')).toEqual({
    'ui:build': reason,
    'web:build': reason,
    'web:lint': reason,
  });
});

test('a package that is gone, and one that is new, are named', () => {
  const head = {
    ...locked,
    externals: lock({ debug: '4.0.0', nanoid: '5.0.0', react: '19.0.0' }, { debug: 'nanoid' }),
  };
  expect(reasonsBetween(locked, head, 'package-lock.json')['ui:build' as TaskId]).toMatchObject({
    packages: [
      { name: 'ms', before: '2.0.0', after: null },
      { name: 'nanoid', before: null, after: '5.0.0' },
    ],
  });
});

const version = fc.constantFrom('1.0.0', '2.0.0');
const versions = fc.record({ debug: version, ms: version, react: version });
const options = fc.dictionary(fc.constantFrom('ui:build', 'web:lint', 'other:build'), fc.constantFrom(1, 2), {
  noNullPrototype: true,
});

test('whatever is defined otherwise, a task is affected exactly when its hash is another one', () => {
  fc.assert(
    fc.property(versions, versions, options, options, (v1, v2, o1, o2) => {
      const side = (packages: Record<string, string>, flags: Record<string, number>): World => ({
        ...locked,
        externals: lock(packages, { debug: 'ms' }),
        taskOverrides: Object.fromEntries(Object.entries(flags).map(([task, level]) => [task, { options: { level } }])),
      });
      const [base, head] = [side(v1, o1), side(v2, o2)];
      const [before, after] = [hashWorld(base).details, hashWorld(head).details];
      const changed = [...after.values()].filter(({ task, hash }) => before.get(task)?.hash !== hash);
      const affected = Object.keys(reasonsBetween(base, head, 'nx.json', 'package-lock.json'));
      expect(affected).toEqual(changed.map(({ task }) => task).sort());
    }),
  );
});
