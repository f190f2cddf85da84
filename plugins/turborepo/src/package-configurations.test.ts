import { expect, test } from 'vitest';
import { contributeTo, repository, targetOf } from './contribute-fixture.ts';

const root = {
  tasks: {
    build: { dependsOn: ['^build'], outputs: ['dist/**'], env: ['A'], outputLogs: 'hash-only' },
    test: { cache: false },
    'docs#build': { outputs: ['site/**'] },
  },
};

test('scalars are inherited, arrays replace, and append behind $TURBO_EXTENDS$', async () => {
  const turbo = { extends: ['//'], tasks: { build: { outputs: ['.next/**'], env: ['$TURBO_EXTENDS$', 'B'] } } };
  expect(await targetOf(repository(root, { web: { turbo } }), 'packages/web', 'build')).toMatchObject({
    outputs: ['{projectRoot}/.next/**'],
    outputLogs: 'hash-only',
    dependsOn: [{ target: 'build', dependencies: true }],
    inputs: expect.arrayContaining([{ env: 'A' }, { env: 'B' }]),
  });
});

test('package#task of the root replaces the task', async () => {
  expect(await targetOf(repository(root, { docs: {} }), 'packages/docs', 'build')).toMatchObject({
    outputs: ['{projectRoot}/site/**'],
    dependsOn: [],
    outputLogs: 'full',
  });
});

test('other packages are inherited from in their order, with what they inherit themselves', async () => {
  const files = repository(root, {
    base: { turbo: { extends: ['//'], tasks: { build: { outputs: ['base/**'], cache: false } } } },
    next: { turbo: { extends: ['//', 'base'], tasks: { build: { outputs: ['$TURBO_EXTENDS$', 'next/**'] } } } },
    web: { turbo: { extends: ['//', 'next'], tasks: { build: { env: ['C'] } } } },
  });
  expect(await targetOf(files, 'packages/web', 'build')).toMatchObject({
    outputs: ['{projectRoot}/base/**', '{projectRoot}/next/**'],
    cache: false,
    inputs: expect.arrayContaining([{ env: 'C' }]),
  });
});

test('extends: false leaves a task out, or starts it afresh; what extends the package gets no such task either', async () => {
  const files = repository(root, {
    base: {
      scripts: 'build test',
      turbo: { extends: ['//'], tasks: { test: { extends: false }, build: { extends: false, outputs: ['o/**'] } } },
    },
    web: { scripts: 'build test', turbo: { extends: ['//', 'base'] } },
  });
  expect(await targetOf(files, 'packages/base', 'test')).toEqual({ disabled: true });
  expect(await targetOf(files, 'packages/web', 'test')).toEqual({ disabled: true });
  expect(await targetOf(files, 'packages/base', 'build')).toMatchObject({
    outputs: ['{projectRoot}/o/**'],
    outputLogs: 'full',
  });
});

test('packages that extend each other do not end the read', async () => {
  const files = repository(root, {
    a: { turbo: { extends: ['//', 'b'], tasks: { build: { env: ['X'] } } } },
    b: { turbo: { extends: ['//', 'a'], tasks: { build: { cache: false } } } },
  });
  expect(await targetOf(files, 'packages/a', 'build')).toMatchObject({ cache: false });
});

async function problemsOf(turbo: object | string, own?: object) {
  const files = repository({}, { web: own === undefined ? {} : { turbo: own } });
  const { problems } = await contributeTo({ ...files, 'turbo.json': turbo });
  return problems;
}

test.each([
  [{ tasks: { build: { outputs: 'dist' } } }, { code: 'invalid-value', path: 'tasks.build.outputs' }],
  [{ tasks: { build: { outputLogs: 'some' } } }, { code: 'invalid-value', path: 'tasks.build.outputLogs' }],
  [{ tasks: { build: { dependsOn: ['$API'] } } }, { code: 'invalid-value', allowed: expect.stringContaining('"env"') }],
  [{ tasks: { build: { dependsOn: ['biuld'] } } }, { code: 'unknown-target', near: ['build'] }],
  [{ tasks: { build: { dependsOn: ['wbe#build'] } } }, { code: 'unknown-project', near: ['web'] }],
  [{ tasks: { build: { depensOn: [] } } }, { code: 'unknown-key', severity: 'warning', near: ['dependsOn'] }],
  [{ pipeline: { build: {} } }, { code: 'unsupported', detail: expect.stringContaining('rename the key') }],
  [{ tasks: { build: { extends: false } } }, { code: 'invalid-value', path: 'tasks.build.extends' }],
  ['{ "tasks": {}', { code: 'invalid-syntax' }],
  [[], { code: 'invalid-value' }],
])('%j is answered with what is wrong', async (turbo, expected) => {
  expect(await problemsOf(turbo)).toMatchObject([expected]);
});

test.each([
  [{ tasks: {} }, { code: 'invalid-value', path: 'extends' }],
  [{ extends: ['web'] }, { code: 'invalid-value', allowed: expect.stringContaining('"//"') }],
  [{ extends: ['//', 'nobody'] }, { code: 'invalid-value', path: 'extends.1' }],
  [
    { extends: ['//'], tasks: { 'web#build': {} } },
    { code: 'invalid-value', path: 'tasks.web#build' },
  ],
  [
    { extends: ['//'], globalEnv: [] },
    { code: 'unknown-key', severity: 'warning' },
  ],
])('in a package %j is answered with what is wrong', async (own, expected) => {
  expect(await problemsOf({ tasks: { build: {} } }, own)).toMatchObject([expected]);
});

test('keys that concern only turbo itself are known', async () => {
  const turbo = {
    $schema: 'x',
    ui: 'tui',
    remoteCache: { signature: true },
    boundaries: { tags: {} },
    cacheDir: '.c',
    tasks: { build: { interactive: true, description: 'd' } },
  };
  expect(await problemsOf(turbo)).toEqual([]);
});
