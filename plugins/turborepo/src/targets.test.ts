import { expect, test } from 'vitest';
import { contributeTo, repository, targetOf } from './contribute-fixture.ts';

const build = (task: object, globals: object = {}, env: Record<string, string> = {}, dependencies: object = {}) =>
  targetOf(repository({ tasks: { build: task }, ...globals }, { web: { dependencies } }), 'packages/web', 'build', env);

const vercel = [{ env: 'VERCEL_ANALYTICS_ID' }, { env: 'VERCEL_TARGET_ENV' }];

test('a task without declarations covers its own files and those of its dependencies', async () => {
  expect(await build({})).toMatchObject({
    dependsOn: [],
    inputs: ['{projectRoot}/**/*', '^{projectRoot}/**/*', ...vercel],
    outputs: [],
    cache: true,
    continuous: false,
    outputLogs: 'full',
    taskEnv: { mode: 'strict', basic: false },
  });
});

test('patterns are relative to the package, or to the root where they say so', async () => {
  const task = {
    inputs: ['$TURBO_DEFAULT$', '!./docs', '!*.md', '$TURBO_ROOT$/tsconfig.json', '!$TURBO_ROOT$/packages/web/x.txt'],
    outputs: ['dist/**', '!dist/cache/**', '$TURBO_ROOT$/out/**'],
  };
  expect(await build(task)).toMatchObject({
    inputs: [
      '{projectRoot}/**/*',
      '!{projectRoot}/docs',
      '!{projectRoot}/docs/**',
      '!{projectRoot}/*.md',
      '{workspaceRoot}/tsconfig.json',
      '!{projectRoot}/x.txt',
      '!{projectRoot}/x.txt/**',
      {
        ignoredFiles: {
          include: ['tsconfig.json'],
          exclude: [
            'packages/web/*.md',
            'packages/web/docs',
            'packages/web/docs/**',
            'packages/web/x.txt',
            'packages/web/x.txt/**',
          ],
        },
      },
      '^{projectRoot}/**/*',
      ...vercel,
    ],
    outputs: ['{projectRoot}/dist/**', '!{projectRoot}/dist/cache/**', '{workspaceRoot}/out/**'],
  });
});

test('the manifest counts where inputs are named one by one; with only exclusions all other files do', async () => {
  expect(await build({ inputs: ['src/**'] })).toMatchObject({
    inputs: expect.arrayContaining([{ json: '{projectRoot}/package.json' }, '{projectRoot}/src/**']),
  });
  expect(await build({ inputs: ['!README.md'] })).toMatchObject({
    inputs: expect.arrayContaining(['{projectRoot}/**/*', '!{projectRoot}/README.md']),
  });
});

test('a task that says which outputs of its dependencies it takes does not count their sources', async () => {
  const task = { inputs: ['$TURBO_DEFAULT$', { mode: 'dependencyOutputs', globs: ['dist/**/*.d.ts'] }] };
  expect(await build(task)).toMatchObject({
    inputs: ['{projectRoot}/**/*', { dependentTasksOutputFiles: '**/dist/**/*.d.ts', transitive: false }, ...vercel],
  });
});

test('outputs from some dependencies are narrowed to those; where none is of another package, their sources count', async () => {
  const task = (from: readonly string[]) => ({
    dependsOn: ['^build'],
    inputs: [{ mode: 'dependencyOutputs', globs: ['dist/**'], from }],
  });
  const outputs = { dependentTasksOutputFiles: '**/dist/**', transitive: false };
  expect(await build(task(['^build', 'api#gen']))).toMatchObject({
    inputs: ['{projectRoot}/**/*', { ...outputs, from: ['^build', 'api:gen'] }, ...vercel],
  });
  expect(await build(task(['gen']))).toMatchObject({
    inputs: ['{projectRoot}/**/*', '^{projectRoot}/**/*', { ...outputs, from: ['gen'] }, ...vercel],
  });
});

test('every form of dependsOn becomes an object, so that colons in names mean nothing', async () => {
  const tasks = {
    build: { dependsOn: ['^build', 'gen:types', 'api#build', '//#lint'] },
    'gen:types': {},
    '//#lint': {},
  };
  const files = repository({ tasks }, { web: {}, api: {} });
  expect(await targetOf(files, 'packages/web', 'build')).toMatchObject({
    dependsOn: [
      { target: 'build', dependencies: true },
      { target: 'gen:types' },
      { projects: ['api'], target: 'build' },
      { projects: ['//'], target: 'lint' },
    ],
  });
});

test('persistent, companions, shown output and tags', async () => {
  const tasks = {
    dev: {
      persistent: true,
      with: ['api#dev'],
      outputLogs: 'none',
      tags: ['ui'],
      interruptible: true,
      interactive: true,
    },
  };
  const files = repository({ tasks }, { web: { scripts: 'dev' }, api: { scripts: 'dev' } });
  expect(await targetOf(files, 'packages/web', 'dev')).toMatchObject({
    continuous: true,
    interactive: true,
    cache: false,
    with: [{ projects: ['api'], target: 'dev' }],
    outputLogs: 'none',
    metadata: { tags: ['ui'], interruptible: true },
  });
});

test('variables: wildcards, negation, frameworks, and what is passed through', async () => {
  const env = { VITE_A: '1', VITE_B: '2', API_URL: 'x', CI_KEY: 'y', SHARED_1: 's' };
  const target = await build(
    { env: ['API_*', '!VITE_B', '!SHARED_1'], passThroughEnv: ['CI_KEY'] },
    { globalEnv: ['SHARED_*'], globalPassThroughEnv: ['AWS_*'], envMode: 'loose' },
    { ...env, AWS_KEY: 'k' },
    { vite: '1' },
  );
  expect(target).toMatchObject({
    inputs: expect.arrayContaining([{ env: 'API_URL' }, { env: 'SHARED_1' }, { env: 'VITE_A' }]),
    taskEnv: { mode: 'loose', passThrough: expect.arrayContaining(['PATH', 'AWS_KEY', 'CI_KEY']) },
  });
  expect(JSON.stringify(target)).not.toContain('VITE_B');
});

test('global settings may stand under "global"', async () => {
  const globals = {
    futureFlags: { globalConfiguration: true },
    global: { inputs: ['.env'], env: ['REGION'], concurrency: '50%' },
  };
  expect(await build({}, globals)).toMatchObject({
    inputs: expect.arrayContaining(['{workspaceRoot}/.env', { env: 'REGION' }]),
  });
  const contributed = await contributeTo(repository({ tasks: { build: {} }, ...globals }, { web: {} }));
  expect(contributed.parallel).toBe('50%');
});

test('a package without the script passes the task on to what it waits for', async () => {
  const files = repository({ tasks: { build: { dependsOn: ['^build'] }, test: {} } }, { web: { scripts: 'other' } });
  expect(await targetOf(files, 'packages/web', 'build')).toMatchObject({
    executor: 'nx:noop',
    dependsOn: [{ target: 'build', dependencies: true }],
  });
  expect(await targetOf(files, 'packages/web', 'test')).toBeUndefined();
});

test('the root is a project only where it has tasks, and its files are those of the whole repository', async () => {
  const { projects } = await contributeTo(repository({ tasks: { lint: {}, '//#lint': {} } }, { web: {} }));
  const root = projects.find((project) => project.root === '');
  expect(root).toMatchObject({ name: '//', refinesOnly: false });
  expect(root?.targets).toMatchObject({
    lint: {
      metadata: { scriptContent: 'l' },
      executor: 'nx:run-script',
      options: { script: 'lint' },
      inputs: expect.arrayContaining(['{workspaceRoot}/**/*']),
    },
  });
  const without = await contributeTo(repository({ tasks: { lint: {} } }, { web: {} }));
  expect(without.projects.map((project) => [project.root, project.refinesOnly])).toEqual([['packages/web', true]]);
});

test('a repository of one package has its tasks by their plain names', async () => {
  const files = { 'package.json': { name: 'only', scripts: { build: 'b' } }, 'turbo.json': { tasks: { build: {} } } };
  expect(await targetOf(files, '', 'build')).toMatchObject({ cache: true });
});
