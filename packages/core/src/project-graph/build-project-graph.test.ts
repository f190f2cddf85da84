import { expect, test } from 'vitest';
import { drawContribution, drawGraph, drawGraphWithProblems, targetOf } from '../fixtures/draw-workspace.ts';
import type { DrawnProject } from '../fixtures/draw-workspace.ts';
import { asProjectName, asWorkspacePath } from '../ids.ts';
import type { EdgeContribution } from '../plugin.ts';
import type { ProjectGraph } from './project.ts';

const edgesOf = (graph: ProjectGraph, project: string) =>
  (graph.dependencies.get(asProjectName(project)) ?? []).map(({ dependency, kind }) => `${kind} ${dependency}`);

const problemsOf = (projects: Record<string, DrawnProject>) => drawGraphWithProblems([drawContribution(projects)])[1];

const edge = (from: string, to: string, kind: EdgeContribution['kind'] = 'static'): EdgeContribution => ({
  from: asProjectName(from),
  to: asProjectName(to),
  kind,
  sourceFile: null,
});

test('projects are sorted by name, whatever the order of contributions', () => {
  const graph = drawGraph({ web: {}, Api: {}, lib: {} });
  expect([...graph.projects.keys()]).toEqual(['Api', 'lib', 'web']);
  expect([...graph.dependencies.keys()]).toEqual(['Api', 'lib', 'web']);
});

test('a project is called by its contribution, else by its package, else by its folder', () => {
  const graph = drawGraph({
    one: { name: 'chosen' },
    two: { name: null },
    three: { name: null, packageName: null, root: 'libs/Three' },
    four: { name: null, packageName: null, root: '' },
  });
  expect([...graph.projects.keys()]).toEqual(['@acme/two', 'chosen', 'root', 'three']);
});

test('projects that share a name are reported with all their roots, and the first is kept', () => {
  const [graph, problems] = drawGraphWithProblems([
    drawContribution([
      ['ui', { root: 'libs/ui' }],
      ['ui', { root: 'apps/ui' }],
    ]),
  ]);
  expect(problems).toEqual([
    { code: 'duplicate-project', severity: 'error', project: 'ui', roots: ['apps/ui', 'libs/ui'] },
  ]);
  expect(graph.projects.get(asProjectName('ui'))?.root).toBe('apps/ui');
});

test('contributions to one root are merged, later over earlier', () => {
  const [graph, problems] = drawGraphWithProblems([
    drawContribution({
      web: { tags: ['npm:public'], deps: 'ui', targets: { build: { executor: 'a', cache: true } } },
      ui: {},
    }),
    drawContribution({
      web: {
        tags: ['app', 'npm:public'],
        packageName: null,
        targets: { build: { inputs: ['x'] }, test: { command: 't' } },
      },
    }),
  ]);
  expect(problems).toEqual([]);
  const web = graph.projects.get(asProjectName('web'));
  expect(web).toMatchObject({ tags: ['npm:public', 'app'], packageName: '@acme/web' });
  expect([...(web?.targets.keys() ?? [])]).toEqual(['build', 'test']);
  expect(targetOf(graph, 'web', 'build')).toMatchObject({ executor: 'a', cache: true, inputs: [{ name: 'x' }] });
  expect(edgesOf(graph, 'web')).toEqual(['static ui']);
});

test('a target key that is a glob speaks of the targets below that it matches', () => {
  const [graph] = drawGraphWithProblems([
    drawContribution({
      web: { layer: 'inferred', targets: { 'e2e--a': { executor: 'x' }, 'e2e--b': { executor: 'x' } } },
    }),
    drawContribution({ web: { targets: { 'e2e--*': { cache: true } } } }),
  ]);
  const targets = graph.projects.get(asProjectName('web'))?.targets ?? new Map();
  expect([...targets].map(([name, { cache }]) => `${name} ${cache}`)).toEqual(['e2e--a true', 'e2e--b true']);
});

test('a target that runs nothing is a noop where it waits for something, else it is not there', () => {
  const graph = drawGraph({ web: { targets: { all: { dependsOn: ['build'] }, none: { inputs: ['x'] } } } });
  expect(targetOf(graph, 'web', 'all')).toMatchObject({ executor: 'nx:noop', cache: false, parallelism: true });
  expect(targetOf(graph, 'web', 'none')).toBeUndefined();
});

test.each<[string, unknown, readonly string[]]>([
  ['declared', { executor: 'x', outputs: ['{projectRoot}/lib'] }, ['{projectRoot}/lib']],
  ['declared as none', { executor: 'x', outputs: [] }, []],
  [
    'not declared',
    { executor: 'x' },
    ['{workspaceRoot}/dist/{projectRoot}', '{projectRoot}/dist', '{projectRoot}/build', '{projectRoot}/public'],
  ],
  ['an option', { executor: 'x', options: { outputPath: 'dist/web' } }, ['{options.outputPath}']],
])('outputs of build: %s', (_, target, outputs) => {
  expect(targetOf(drawGraph({ web: { targets: { build: target } } }), 'web', 'build')?.outputs).toEqual(outputs);
});

test('a target other than build and prepare has no outputs unless it declares them', () => {
  const graph = drawGraph({ web: { targets: { test: { executor: 'x' }, prepare: { executor: 'x' } } } });
  expect(targetOf(graph, 'web', 'test')?.outputs).toEqual([]);
  expect(targetOf(graph, 'web', 'prepare')?.outputs).toHaveLength(4);
});

test('edges follow manifests; what is no project is external', () => {
  const graph = drawGraph({ web: { deps: 'ui react web left-pad ui' }, ui: {} });
  expect(edgesOf(graph, 'web')).toEqual(['static ui']);
  expect(graph.dependencies.get(asProjectName('web'))?.[0]?.sourceFile).toBe('packages/web/package.json');
  expect(graph.projects.get(asProjectName('web'))?.externalDependencies).toEqual(['@acme/left-pad', '@acme/react']);
});

test('npm: names a registry package, workspace: may name a project by another name', () => {
  expect(edgesOf(drawGraph({ web: { deps: 'ui', specifier: 'npm:other@1' }, ui: {} }), 'web')).toEqual([]);
  const aliased = drawGraph({ web: { deps: 'alias', specifier: 'workspace:@acme/ui@*' }, ui: {} });
  expect(edgesOf(aliased, 'web')).toEqual(['static ui']);
  expect(edgesOf(drawGraph({ web: { deps: 'ui', specifier: 'workspace:^' }, ui: {} }), 'web')).toEqual(['static ui']);
});

test('implicit dependencies are names, globs and tags, and ! takes any edge away', () => {
  const graph = drawGraph({
    web: { deps: 'ui', implicit: ['lib-*', 'tag:gen', '!lib-b', '!ui'] },
    ui: {},
    'lib-a': {},
    'lib-b': {},
    codegen: { tags: ['gen'] },
    all: { implicit: ['*'] },
  });
  expect(edgesOf(graph, 'web')).toEqual(['implicit codegen', 'implicit lib-a']);
  expect(edgesOf(graph, 'all')).toEqual(['codegen', 'lib-a', 'lib-b', 'ui', 'web'].map((name) => `implicit ${name}`));
});

test('contributed edges count like the others; the manifest decides the kind', () => {
  const [graph, problems] = drawGraphWithProblems([
    drawContribution(
      { web: { deps: 'ui' }, ui: {}, api: {} },
      { edges: [edge('web', 'ui', 'dynamic'), edge('web', 'api', 'dynamic')] },
    ),
  ]);
  expect(problems).toEqual([]);
  expect(edgesOf(graph, 'web')).toEqual(['dynamic api', 'static ui']);
});

test('an edge or an implicit dependency to an unknown project is a warning with near names', () => {
  const [graph, problems] = drawGraphWithProblems([
    drawContribution({ web: { implicit: ['uii', '!gone'] }, ui: {} }, { edges: [edge('web', 'ap')] }),
  ]);
  expect(edgesOf(graph, 'web')).toEqual([]);
  expect(problems).toMatchObject([
    { code: 'unknown-project', severity: 'warning', project: 'ap', near: [] },
    { code: 'unknown-project', severity: 'warning', project: 'uii', near: ['ui'], location: { line: 3 } },
  ]);
});

test('named inputs are the workspace’s with the project’s own over them', () => {
  const namedInputs = { shared: [{ kind: 'env', name: 'CI' }] } as const;
  const graph = drawGraph({ web: { namedInputs: { shared: ['default'] } }, ui: {} }, { namedInputs });
  expect(graph.projects.get(asProjectName('ui'))?.namedInputs).toEqual({
    default: [{ kind: 'fileset', pattern: '{projectRoot}/**/*', of: { kind: 'self' } }],
    shared: [{ kind: 'env', name: 'CI' }],
  });
  expect(graph.projects.get(asProjectName('web'))?.namedInputs['shared']).toEqual([
    { kind: 'named', name: 'default', of: { kind: 'self' } },
  ]);
});

test('dependsOn tells a project and its target from a target with a colon', () => {
  const graph = drawGraph({
    web: { targets: { build: { command: 'x', dependsOn: ['ui:build', 'build:css'] }, 'build:css': { command: 'y' } } },
    ui: { targets: { build: { command: 'z' } } },
  });
  expect(targetOf(graph, 'web', 'build')?.dependsOn).toMatchObject([
    { target: 'build', of: { kind: 'projects', projects: ['ui'] } },
    { target: 'build:css', of: { kind: 'self' } },
  ]);
});

test('wrong values are reported where they stand, all at once', () => {
  const problems = problemsOf({
    web: {
      targets: {
        build: { executor: 1, cache: 'yes', inputs: ['*'], dependsOn: 'x', outputs: [1], options: [] },
        test: 'vitest',
        both: { executor: 'a', command: 'b' },
        serve: { command: 'x', cache: true, continuous: true },
      },
      namedInputs: { a: 'b' },
    },
  });
  expect(problems.map((problem) => (problem.code === 'invalid-value' ? problem.path : problem.code))).toEqual([
    'targets.both.command',
    'targets.build.executor',
    'targets.build.options',
    'targets.build.inputs[0]',
    'targets.build.outputs[0]',
    'targets.build.dependsOn',
    'targets.build.cache',
    'targets.serve.cache',
    'targets.test',
    'namedInputs.a',
  ]);
  expect(problems.every(({ location }) => location?.file === 'packages/web/project.json')).toBe(true);
});

test('wrong values in targetDefaults are not reported again by every project', () => {
  const targets = { build: { command: 'x' } };
  const [, problems] = drawGraphWithProblems([drawContribution({ web: { targets }, ui: { targets } })], {
    targetDefaults: { build: { cache: 'yes', inputs: ['*'] } },
  });
  expect(problems).toEqual([]);
});

test('problems of the contributions are passed on, and their externals are merged', () => {
  const problem = { code: 'no-projects', members: null, severity: 'warning' } as const;
  const packageOf = (key: string) => ({ key, name: key, version: '1', integrity: '', dependencies: [] });
  const externals = (key: string) => ({
    packages: new Map([[key, packageOf(key)]]),
    resolutions: new Map([[asWorkspacePath(''), new Map([[key, key]])]]),
    globalKey: key,
  });
  const [graph, problems] = drawGraphWithProblems([
    drawContribution({}, { problems: [problem], externals: externals('a') }),
    drawContribution({}, { externals: externals('b') }),
  ]);
  expect(problems).toEqual([problem]);
  expect([...graph.externals.packages.keys()]).toEqual(['a', 'b']);
  expect([...(graph.externals.resolutions.get(asWorkspacePath(''))?.keys() ?? [])]).toEqual(['a', 'b']);
  expect(graph.externals.globalKey).toBe('a\nb');
});

test('names that objects inherit are names like any other', () => {
  const targets = { constructor: { command: 'x', dependsOn: ['toString', '^valueOf'] } };
  const graph = drawGraph({ web: { deps: 'hasownproperty', targets }, hasownproperty: {} });
  expect(targetOf(graph, 'web', 'constructor')).toMatchObject({
    cache: false,
    dependsOn: [{ target: 'toString' }, {}],
  });
});

test('where a target stands is found only when asked', () => {
  let asked = 0;
  const contribution = drawContribution({ web: { targets: { build: { command: 'x' } } } });
  const counting = contribution.projects.map((project) => ({
    ...project,
    locate: (path: readonly (string | number)[]) => {
      asked++;
      return project.locate(path);
    },
  }));
  const [graph] = drawGraphWithProblems([{ ...contribution, projects: counting }]);
  expect(asked).toBe(0);
  expect(targetOf(graph, 'web', 'build')?.location).toMatchObject({ file: 'packages/web/project.json', line: 3 });
});
