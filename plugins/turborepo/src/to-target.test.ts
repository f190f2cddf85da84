import { expect, test } from 'vitest';
import * as v from 'valibot';
import { selectEnv, toTarget } from './to-target.ts';
import { turboConfigSchema } from './turbo-config.ts';

function targetOf(task: object, shared: object = {}, envNames: readonly string[] = []): unknown {
  const config = v.parse(turboConfigSchema, { tasks: { build: task }, ...shared });
  return toTarget(config.tasks['build']!, { config, envNames });
}

test('a task without declarations covers its own files and those of its dependencies', () => {
  expect(targetOf({})).toEqual({
    dependsOn: [],
    inputs: ['{projectRoot}/**/*', '^{projectRoot}/**/*'],
    outputs: [],
    cache: true,
    continuous: false,
  });
});

test('patterns are relative to the package, or to the root where they say so', () => {
  const target = targetOf(
    {
      inputs: ['src/**', '!src/**/*.md', '$TURBO_ROOT$/tsconfig.json'],
      outputs: ['dist/**', '!dist/cache/**'],
      dependsOn: ['^build', 'gen', 'api#schema', '$OLD_ENV'],
    },
    { globalDependencies: ['.env'], globalEnv: ['REGION'] },
  );
  expect(target).toMatchObject({
    dependsOn: ['^build', 'gen', { projects: ['api'], target: 'schema' }],
    inputs: [
      '{projectRoot}/src/**',
      '!{projectRoot}/src/**/*.md',
      '{workspaceRoot}/tsconfig.json',
      '^{projectRoot}/**/*',
      '{workspaceRoot}/.env',
      { env: 'REGION' },
    ],
    outputs: ['{projectRoot}/dist/**', '!{projectRoot}/dist/cache/**'],
  });
});

test('only negative inputs are taken from the default ones', () => {
  expect(targetOf({ inputs: ['!README.md'] })).toMatchObject({
    inputs: ['{projectRoot}/**/*', '!{projectRoot}/README.md', '^{projectRoot}/**/*'],
  });
});

test('a persistent task is continuous and never cached', () => {
  expect(targetOf({ persistent: true })).toMatchObject({ continuous: true, cache: false });
});

test('wildcards stand for the variables that are set, and ! takes away', () => {
  expect(selectEnv(['VITE_*', 'NODE_ENV', '!VITE_SECRET'], ['VITE_A', 'VITE_SECRET', 'PATH'])).toEqual([
    'NODE_ENV',
    'VITE_A',
  ]);
});
