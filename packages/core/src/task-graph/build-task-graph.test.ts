import { expect, test } from 'vitest';
import { drawGraph } from '../fixtures/draw-workspace.ts';
import type { DrawnProject } from '../fixtures/draw-workspace.ts';
import { asProjectName } from '../ids.ts';
import type { ProjectGraph } from '../project-graph/project.ts';
import { buildTaskGraph } from './build-task-graph.ts';
import type { TaskGraph } from './task-graph.ts';

interface Asked {
  /** Apart by spaces; all projects if left out. */
  readonly projects?: string;
  readonly configuration?: string;
  readonly args?: readonly string[];
}

function request(graph: ProjectGraph, targets: string, { projects, configuration, args = [] }: Asked = {}) {
  return buildTaskGraph(graph, {
    projects: projects === undefined ? [...graph.projects.keys()] : projects.split(' ').map(asProjectName),
    targets: targets.split(' '),
    configuration: configuration ?? null,
    args,
  });
}

function build(projects: Readonly<Record<string, DrawnProject>>, targets: string, asked?: Asked): TaskGraph {
  const result = request(drawGraph(projects), targets, asked);
  if (result.kind === 'invalid') throw new Error(JSON.stringify(result.problems));
  return result.taskGraph;
}

/** `a:x -> b:y c:z` for each task, `~>` for edges that are not hashed, `*` for tasks that were requested. */
function draw(projects: Readonly<Record<string, DrawnProject>>, targets: string, asked?: Asked): readonly string[] {
  const { tasks, dependencies } = build(projects, targets, asked);
  return [...tasks.values()].map(({ id, requested }) => {
    const edges = (dependencies.get(id) ?? []).map((edge) => ` ${edge.hashed ? '' : '~'}${edge.dependency}`);
    return `${requested ? '*' : ''}${id} ->${edges.join('')}`;
  });
}

const problemsOf = (projects: Readonly<Record<string, DrawnProject>>, targets: string, asked?: Asked) => {
  const result = request(drawGraph(projects), targets, asked);
  return result.kind === 'invalid' ? result.problems : [];
};

const run = (...dependsOn: readonly unknown[]) => ({ executor: 'x', dependsOn });

test('^ waits for the dependencies, a name for the project itself', () => {
  const projects = {
    web: { deps: 'ui', targets: { build: run('^build', 'gen'), gen: run() } },
    ui: { deps: 'util', targets: { build: run('^build') } },
    util: { targets: { build: run('^build') } },
    other: { targets: { build: run() } },
  };
  expect(draw(projects, 'build', { projects: 'web' })).toEqual([
    'ui:build -> util:build',
    'util:build ->',
    '*web:build -> ui:build web:gen',
    'web:gen ->',
  ]);
});

test('^ looks through dependencies that lack the target', () => {
  const projects = {
    web: { deps: 'a b', targets: { build: run('^build') } },
    a: { deps: 'c ui' },
    b: { deps: 'c' },
    c: { deps: 'util' },
    ui: { deps: 'util', targets: { build: run('^build') } },
    util: { targets: { build: run() } },
  };
  expect(draw(projects, 'build', { projects: 'web' })).toEqual([
    'ui:build -> util:build',
    'util:build ->',
    '*web:build -> ui:build util:build',
  ]);
});

test('^ looks no further than the first project on a path that has the target', () => {
  const projects = {
    web: { deps: 'ui', targets: { build: run('^build') } },
    ui: { deps: 'util', targets: { build: run() } },
    util: { targets: { build: run() } },
  };
  expect(draw(projects, 'build', { projects: 'web' })).toEqual(['ui:build ->', '*web:build -> ui:build']);
});

test('projects that depend on each other without the target share what they lead to', () => {
  const projects = {
    web: { deps: 'a', targets: { build: run('^build') } },
    a: { deps: 'b x' },
    b: { deps: 'a y' },
    x: { targets: { build: run() } },
    y: { targets: { build: run() } },
  };
  expect(draw(projects, 'build', { projects: 'web' })).toEqual([
    '*web:build -> x:build y:build',
    'x:build ->',
    'y:build ->',
  ]);
});

test('a circle of projects is no cycle of tasks where one of them lacks the target', () => {
  const projects = {
    ui: { deps: 'kit', targets: { build: run('^build') } },
    kit: { deps: 'web' },
    web: { deps: 'ui', targets: { build: run('^build') } },
  };
  expect(draw(projects, 'build')).toEqual(['*ui:build ->', '*web:build -> ui:build']);
});

test('named projects, patterns and tags may be waited for', () => {
  const projects = {
    web: {
      targets: {
        all: run({ target: 'gen', projects: ['tag:gen', '!b'] }),
        one: run('b:gen'),
        star: run({ target: 'gen', projects: '*' }),
      },
    },
    a: { tags: ['gen'], targets: { gen: run() } },
    b: { tags: ['gen'], targets: { gen: run() } },
    c: { tags: ['gen'] },
  };
  const edgesOf = (target: string) => draw(projects, target).at(-1);
  expect(edgesOf('all')).toBe('*web:all -> a:gen');
  expect(edgesOf('one')).toBe('*web:one -> b:gen');
  expect(edgesOf('star')).toBe('*web:star -> a:gen b:gen');
});

test('wildcards in target names stand for every target that matches', () => {
  const projects = {
    web: { deps: 'ui', targets: { build: run('build-*', '^build-*'), 'build-css': run(), 'build-js': run() } },
    ui: { targets: { 'build-css': run() } },
  };
  expect(draw(projects, 'build').find((line) => line.startsWith('*'))).toBe(
    '*web:build -> ui:build-css web:build-css web:build-js',
  );
  expect(draw(projects, 'build-*')).toEqual(['*ui:build-css ->', '*web:build-css ->', '*web:build-js ->']);
});

test('a dependency on a target that nobody has is left out', () => {
  expect(draw({ web: { targets: { build: run('none', '^none', 'ui:none') } }, ui: {} }, 'build')).toEqual([
    '*web:build ->',
  ]);
});

test('projects without the target are passed over', () => {
  expect(draw({ web: { targets: { build: run() } }, ui: {} }, 'build')).toEqual(['*web:build ->']);
});

test('a target or a configuration that no project has is a problem with near names', () => {
  const projects = { web: { targets: { build: { executor: 'x', configurations: { production: {} } }, test: run() } } };
  expect(problemsOf(projects, 'biuld test tset')).toMatchObject([
    { code: 'unknown-target', target: 'biuld', near: ['build'] },
    { code: 'unknown-target', target: 'tset', near: ['test'] },
  ]);
  expect(problemsOf(projects, 'build', { configuration: 'prodution' })).toMatchObject([
    { code: 'unknown-configuration', configuration: 'prodution', near: ['production'] },
  ]);
  expect(problemsOf(projects, 'none-*')).toHaveLength(1);
});

test('a configuration holds for every task that has it, the others keep their default', () => {
  const projects = {
    web: {
      deps: 'ui util',
      targets: { build: { ...run('^build'), configurations: { prod: { a: 2 } }, options: { a: 1, b: 1 } } },
    },
    ui: { targets: { build: { ...run(), configurations: { dev: {} }, defaultConfiguration: 'dev' } } },
    util: { targets: { build: run() } },
  };
  const asked = { projects: 'web', configuration: 'prod' };
  expect(draw(projects, 'build', asked)).toEqual([
    'ui:build:dev ->',
    'util:build ->',
    '*web:build:prod -> ui:build:dev util:build',
  ]);
  const task = [...build(projects, 'build', asked).tasks.values()].at(-1);
  expect(task).toMatchObject({ configuration: 'prod', options: { a: 2, b: 1 } });
});

test('arguments reach the requested tasks, and others only where they are handed on', () => {
  const projects = {
    web: {
      deps: 'ui',
      targets: {
        build: run('^build', { target: 'pre', params: 'forward' }),
        pre: run({ target: 'gen', params: 'forward' }),
        gen: run(),
      },
    },
    ui: { targets: { build: run() } },
  };
  const { tasks } = build(projects, 'build', { projects: 'web', args: ['--watch'] });
  expect([...tasks.values()].map(({ id, args }) => `${id} ${args.join()}`.trim())).toEqual([
    'ui:build',
    'web:build --watch',
    'web:gen --watch',
    'web:pre --watch',
  ]);
});

test('options are handed on where dependsOn says so, but not to requested tasks', () => {
  const projects = {
    web: {
      targets: {
        build: { ...run({ target: 'gen', options: 'forward' }), options: { mode: '{projectName}' } },
        gen: { executor: 'x', options: { mode: 'own', keep: 1 } },
      },
    },
  };
  const optionsOf = (targets: string) => [...build(projects, targets).tasks.values()].map(({ options }) => options);
  expect(optionsOf('build')).toEqual([{ mode: 'web' }, { mode: 'web', keep: 1 }]);
  expect(optionsOf('build gen')).toEqual([{ mode: 'web' }, { mode: 'own', keep: 1 }]);
});

test('only a continuous dependency may stay out of the hash, and it is never cached', () => {
  const projects = {
    e2e: {
      targets: {
        run: run({ target: 'serve', inputs: false }, { target: 'build', inputs: false }),
        serve: { ...run(), continuous: true },
        build: { ...run(), cache: true },
      },
    },
  };
  expect(draw(projects, 'run')).toEqual(['e2e:build ->', '*e2e:run -> e2e:build ~e2e:serve', 'e2e:serve ->']);
  expect([...build(projects, 'run').tasks.values()].map(({ cache, continuous }) => [cache, continuous])).toEqual([
    [true, false],
    [false, false],
    [false, true],
  ]);
});

test('an edge counts for the hash when any entry of dependsOn says so', () => {
  const projects = {
    e2e: { targets: { run: run({ target: 'serve', inputs: false }, 'serve'), serve: { ...run(), continuous: true } } },
  };
  expect(draw(projects, 'run')[0]).toBe('*e2e:run -> e2e:serve');
});

test('only what has a readyWhen and runs continuously is waited for until it is ready', () => {
  const readyWhen = { port: 4200 };
  const waitFor = 'ready';
  const targets = {
    run: run({ target: 'serve', waitFor }, { target: 'watch', waitFor }, { target: 'build', waitFor }, 'proxy'),
    serve: { ...run(), continuous: true, readyWhen },
    proxy: { ...run(), continuous: true, readyWhen },
    watch: { ...run(), continuous: true },
    build: { ...run(), readyWhen },
  };
  const [, edges = []] = [...build({ e2e: { targets } }, 'run').dependencies].find(([id]) => id === 'e2e:run') ?? [];
  expect(edges.filter(({ waitsForReady }) => waitsForReady).map(({ dependency }) => dependency)).toEqual(['e2e:serve']);
});

test('outputs are resolved with the options of the chosen configuration', () => {
  const projects = {
    web: {
      targets: {
        build: {
          executor: 'x',
          outputs: ['{options.dir}', '{projectRoot}/dist'],
          options: { dir: 'a' },
          configurations: { prod: { dir: 'b' } },
        },
      },
    },
  };
  const outputsOf = (asked: Asked) => [...build(projects, 'build', asked).tasks.values()][0]?.outputs;
  expect(outputsOf({})).toEqual(['a', 'packages/web/dist']);
  expect(outputsOf({ configuration: 'prod' })).toEqual(['b', 'packages/web/dist']);
});

test('an output path that only a configuration sets takes the place of the usual folders there', () => {
  const projects = { web: { targets: { build: { executor: 'x', configurations: { prod: { outputPath: 'out' } } } } } };
  const outputsOf = (asked: Asked) => [...build(projects, 'build', asked).tasks.values()][0]?.outputs;
  expect(outputsOf({ configuration: 'prod' })).toEqual(['out']);
  expect(outputsOf({})).toEqual([
    'dist/packages/web',
    'packages/web/build',
    'packages/web/dist',
    'packages/web/public',
  ]);
});

test('outputs that leave the workspace or start with no token are reported for tasks that would run', () => {
  const projects = {
    web: { targets: { build: { executor: 'x', outputs: ['{projectRoot}/../../../x', 'dist'] }, test: run() } },
  };
  expect(problemsOf(projects, 'build')).toMatchObject([
    {
      code: 'invalid-value',
      path: 'targets.build.outputs',
      found: '"dist"',
      location: { file: 'packages/web/project.json' },
    },
    { code: 'output-outside-workspace', task: 'web:build', output: '{projectRoot}/../../../x' },
  ]);
  expect(problemsOf(projects, 'test')).toEqual([]);
});

test('a cycle is reported as a path, with the place of its first task', () => {
  const projects = {
    web: { deps: 'ui', targets: { build: run('^build') } },
    ui: { targets: { build: run('web:build') } },
    other: { targets: { build: run() } },
  };
  expect(problemsOf(projects, 'build')).toMatchObject([
    {
      code: 'task-cycle',
      severity: 'error',
      cycle: ['ui:build', 'web:build', 'ui:build'],
      location: { file: 'packages/ui/project.json', line: 3 },
    },
  ]);
  expect(problemsOf(projects, 'build', { projects: 'other' })).toEqual([]);
});

test('a task does not wait for itself', () => {
  expect(draw({ web: { targets: { build: run('build', { target: 'build', projects: '*' }) } } }, 'build')).toEqual([
    '*web:build ->',
  ]);
});

test('targets may be called like what objects inherit', () => {
  expect(draw({ web: { targets: { constructor: run() } } }, 'constructor', {})).toEqual(['*web:constructor ->']);
});
