import { expect, test } from 'vitest';
import { hashWorld, inputsOf, prepareWorld, type World } from '../fixtures/hash-world.ts';
import { createMemoryFiles } from '../fixtures/memory-files.ts';
import { asWorkspacePath, type TaskId } from '../ids.ts';
import type { InputDefinition } from '../project-graph/project.ts';
import { listFileset } from './list-fileset.ts';
import { walkFilesets } from './walk-inputs.ts';

type Short = string | InputDefinition;

function filesOf(paths: readonly string[], inputs: readonly Short[] | null, world: World = {}): readonly string[] {
  const definition = { inputs: inputs === null ? null : inputsOf(...inputs) };
  const { inputs: resolved, problems } = prepareWorld({ ...world, taskOverrides: { 'web:build': { definition } } });
  expect(problems).toEqual([]);
  const files = createMemoryFiles(Object.fromEntries(paths.map((path) => [path, ''])));
  const filesets = [...walkFilesets(resolved.get('web:build' as TaskId)!)];
  return [...new Set(filesets.flatMap((fileset) => listFileset(fileset, files)))].sort();
}

function resolveOne(inputs: readonly Short[], world: World = {}) {
  const taskOverrides = { 'web:build': { definition: { inputs: inputsOf(...inputs) } } };
  const { inputs: resolved, problems } = prepareWorld({ ...world, taskOverrides });
  return { inputs: resolved.get('web:build' as TaskId)!, problems };
}

const chain = { projects: 'web -> ui\nui -> util\nother' };
const chainFiles = ['packages/web/w.ts', 'packages/ui/u.ts', 'packages/util/l.ts', 'packages/other/o.ts', 'root.json'];

test('without declared inputs all files of the project and of all projects below it count', () => {
  expect(filesOf(chainFiles, null, chain)).toEqual(['packages/ui/u.ts', 'packages/util/l.ts', 'packages/web/w.ts']);
});

test('an empty list of inputs takes in no file', () => {
  expect(filesOf(chainFiles, [], chain)).toEqual([]);
});

test('a file is in when any pattern takes it in and none takes it out, in any order', () => {
  const paths = ['packages/web/a.ts', 'packages/web/a.spec.ts', 'packages/web/.env'];
  const expected = ['packages/web/.env', 'packages/web/a.ts'];
  expect(filesOf(paths, ['!{projectRoot}/**/*.spec.ts', 'default'])).toEqual(expected);
  expect(filesOf(paths, ['default', '!{projectRoot}/**/*.spec.ts'])).toEqual(expected);
});

test('patterns that only take away leave the rest of the project, and of each dependency, in', () => {
  const paths = [
    'packages/web/a.ts',
    'packages/web/a.spec.ts',
    'packages/ui/u.ts',
    'packages/ui/u.spec.ts',
    'root.json',
  ];
  const own = ['packages/web/a.ts'];
  expect(filesOf(paths, ['!{projectRoot}/**/*.spec.ts'], chain)).toEqual(own);
  expect(filesOf(paths, ['!{projectRoot}/**/*.spec.ts', '!{workspaceRoot}/x'], chain)).toEqual(own);
  const world = { ...chain, namedInputs: { source: inputsOf('!{projectRoot}/**/*.spec.ts') } };
  expect(filesOf(paths, ['^source'], world)).toEqual(['packages/ui/u.ts']);
});

test('files of nested projects belong to those alone', () => {
  const world = {
    projects: 'web\ninner\nroot',
    projectOverrides: {
      inner: { root: asWorkspacePath('packages/web/inner') },
      root: { root: asWorkspacePath('') },
    },
  };
  const paths = ['packages/web/a.ts', 'packages/web/inner/b.ts', 'packages/webx/c.ts', 'd.ts'];
  expect(filesOf(paths, ['default'], world)).toEqual(['packages/web/a.ts']);
});

test('a folder that is named without a wildcard counts with all that is in it', () => {
  expect(filesOf(['packages/web/src/a/b.ts', 'packages/web/src.ts'], ['{projectRoot}/src'])).toEqual([
    'packages/web/src/a/b.ts',
  ]);
});

test('project folders with glob characters stand for themselves', () => {
  const world = { projectOverrides: { web: { root: asWorkspacePath('apps/[id] (x)') } } };
  expect(filesOf(['apps/[id] (x)/a.ts', 'apps/i/a.ts'], ['default'], world)).toEqual(['apps/[id] (x)/a.ts']);
});

test("a project's own named input takes the place of the workspace's, in that project only", () => {
  const world = {
    ...chain,
    namedInputs: { production: inputsOf('{projectRoot}/*.ts') },
    projectOverrides: { ui: { namedInputs: { production: inputsOf('{projectRoot}/*.css') } } },
  };
  const paths = ['packages/web/a.ts', 'packages/ui/a.ts', 'packages/ui/a.css', 'packages/util/a.ts'];
  expect(filesOf(paths, ['production', '^production'], world)).toEqual([
    'packages/ui/a.css',
    'packages/util/a.ts',
    'packages/web/a.ts',
  ]);
});

test('exclusions of one ^input do not take away from another', () => {
  const world = { ...chain, namedInputs: { production: inputsOf('default', '!{projectRoot}/**/*.spec.ts') } };
  const paths = ['packages/ui/a.ts', 'packages/ui/a.spec.ts'];
  expect(filesOf(paths, ['^production'], world)).toEqual(['packages/ui/a.ts']);
  expect(filesOf(paths, ['^production', '^default'], world)).toEqual(['packages/ui/a.spec.ts', 'packages/ui/a.ts']);
});

test('bare ^patterns work together', () => {
  const paths = ['packages/ui/a.ts', 'packages/ui/a.spec.ts', 'packages/web/a.ts'];
  expect(filesOf(paths, ['^{projectRoot}/**/*', '^!{projectRoot}/**/*.spec.ts'], chain)).toEqual(['packages/ui/a.ts']);
});

test('inputs of named projects count without what those depend on', () => {
  const of = { kind: 'projects', projects: ['ui'] } as const;
  expect(filesOf(chainFiles, [{ kind: 'named', name: 'default', of }], chain)).toEqual(['packages/ui/u.ts']);
});

test('projects that depend on each other in a circle count once each', () => {
  const world = { projects: 'web -> ui\nui -> util\nutil -> ui' };
  expect(filesOf(chainFiles, ['^default'], world)).toEqual(['packages/ui/u.ts', 'packages/util/l.ts']);
});

test('variables, commands and platform come from the whole closure of ^inputs, sorted', () => {
  const env = (name: string) => ({ kind: 'env', name }) as const;
  const world = {
    ...chain,
    namedInputs: { shared: [env('Z')] },
    projectOverrides: {
      util: {
        namedInputs: { shared: [env('A'), { kind: 'runtime', command: 'node -v' }, { kind: 'platform', of: 'os' }] },
      },
    },
  } as const;
  const { inputs } = resolveOne(['^shared', { kind: 'platform', of: 'os-arch' }], world);
  expect(inputs).toMatchObject({ env: ['A', 'Z'], runtime: ['node -v'], platform: 'os-arch' });
});

test('inputs that every task counts are added to those that are declared', () => {
  const world = { commonInputs: inputsOf('{workspaceRoot}/tsconfig.base.json') };
  expect(filesOf(['tsconfig.base.json', 'x.json'], [], world)).toEqual(['tsconfig.base.json']);
});

test('an unknown named input is a problem with near names', () => {
  const { problems } = resolveOne(['prodution'], { namedInputs: { production: [] } });
  expect(problems).toMatchObject([{ code: 'unknown-named-input', input: 'prodution', near: ['production'] }]);
});

test('an unknown project is a problem with near names', () => {
  const of = { kind: 'projects', projects: ['utli'] } as const;
  const { problems } = resolveOne([{ kind: 'named', name: 'default', of }], chain);
  expect(problems).toMatchObject([
    { code: 'unknown-project', project: 'utli', near: expect.arrayContaining(['util']) },
  ]);
});

test('a named input that contains itself is a problem, reported once for all tasks', () => {
  const namedInputs = { a: inputsOf('b'), b: inputsOf('a') };
  const definition = { inputs: inputsOf('a', '^a') };
  const { problems } = hashWorld({
    ...chain,
    namedInputs,
    tasks: 'web:build\nui:build',
    taskOverrides: { 'web:build': { definition }, 'ui:build': { definition } },
  });
  expect(problems).toMatchObject([{ code: 'unsupported', detail: expect.stringContaining('a -> b -> a') }]);
});

test('names such as __proto__ are names like any other', () => {
  const { problems } = resolveOne(['__proto__', 'constructor']);
  expect(problems.map((problem) => problem.code)).toEqual(['unknown-named-input', 'unknown-named-input']);
});

test('an input outside the workspace is a problem', () => {
  const { problems } = resolveOne(['{projectRoot}/../../../etc/passwd']);
  expect(problems).toMatchObject([{ code: 'unsupported', feature: 'an input outside the workspace' }]);
});

test('tasks share what is the same', () => {
  const { inputs } = prepareWorld({ projects: 'a -> c\nb -> c', tasks: 'a:build\na:test\nb:build' });
  const [build, other, b] = [...inputs.values()];
  expect(build).toBe(other);
  expect(build!.groups[0]).toBe(b!.groups[0]);
});
