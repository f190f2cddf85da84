import { delimiter, join } from 'node:path';

import { asWorkspacePath } from '@larder/core';
import { expect, test } from 'vitest';

import { addFiles, makeFolder } from '../testing/make-folder.ts';
import { createTaskEnvComposer } from './compose-task-env.ts';
import type { RunEnvOptions, TaskEnvOptions, TaskEnvSubject } from './compose-task-env.ts';
import { createDotenvReader } from './read-dotenv.ts';

const task: TaskEnvSubject = {
  project: 'web',
  projectRoot: asWorkspacePath('apps/web'),
  target: 'build',
  configuration: null,
  scriptName: 'build',
  packageName: '@x/web',
  packageVersion: '1.2.3',
};

const loose: RunEnvOptions & TaskEnvOptions = {
  base: { PATH: '/usr/bin' },
  platform: 'linux',
  workspaceRootAbsolute: '/repo',
  invokedInAbsolute: '/repo/apps',
  nodeAbsolute: '/opt/node',
  userAgent: 'npm/11.0.0',
  task,
  config: { envMode: 'loose', passThroughEnv: [] },
  targetEnv: null,
  declaredEnv: [],
  readDotenv: null,
  forceColor: false,
};

const strict = (...passThroughEnv: string[]) => ({ config: { envMode: 'strict' as const, passThroughEnv } });
const compose = (options: RunEnvOptions & TaskEnvOptions) => createTaskEnvComposer(options)(options);
const envWith = (changed: Partial<RunEnvOptions & TaskEnvOptions>) => compose({ ...loose, ...changed });

/** The variables of dotenv files in a workspace, for a task of `apps/web`. */
function dotenvOf(
  files: Readonly<Record<string, string>>,
  changed: { readonly configuration?: string; readonly base?: Record<string, string> } = {},
): Record<string, string> {
  const root = makeFolder({});
  addFiles(root, files);
  return compose({
    ...loose,
    base: changed.base ?? {},
    workspaceRootAbsolute: root,
    task: { ...task, configuration: changed.configuration ?? null },
    readDotenv: createDotenvReader(root, () => {}),
  });
}

test('programs are found in the project first, then in each folder above, then where they were', () => {
  const bin = (folder: string) => join('/repo', folder, 'node_modules/.bin');
  expect(envWith({})['PATH']).toBe([bin('apps/web'), bin('apps'), bin(''), '/usr/bin'].join(delimiter));
  expect(envWith({ base: {} })['PATH']).toBe([bin('apps/web'), bin('apps'), bin('')].join(delimiter));
});

test('on Windows the path keeps the name that it has', () => {
  const env = envWith({ platform: 'win32', base: { Path: 'C:\\Windows' } });
  expect(env['Path']).toMatch(/C:\\Windows$/);
  expect(env).not.toHaveProperty('PATH');
});

test('scripts find what npm tells them', () => {
  expect(envWith({})).toMatchObject({
    npm_lifecycle_event: 'build',
    npm_command: 'run-script',
    npm_package_name: '@x/web',
    npm_package_version: '1.2.3',
    npm_package_json: join('/repo/apps/web/package.json'),
    npm_node_execpath: '/opt/node',
    npm_config_user_agent: 'npm/11.0.0',
    NODE: '/opt/node',
    INIT_CWD: '/repo/apps',
  });
});

test('what npm told about the script that called the command line is gone', () => {
  const base = { npm_package_name: 'root', npm_package_config_x: '1', npm_lifecycle_script: 'larder', PWD: '/else' };
  const env = envWith({ base, task: { ...task, scriptName: null, packageName: null, packageVersion: null } });
  expect(Object.keys(env).filter((name) => /^npm_(package|lifecycle)|^PWD$/.test(name))).toEqual([]);
});

test('tasks find what Nx tells them', () => {
  expect(envWith({ task: { ...task, configuration: 'production' } })).toMatchObject({
    NX_WORKSPACE_ROOT: '/repo',
    NX_TASK_TARGET_PROJECT: 'web',
    NX_TASK_TARGET_TARGET: 'build',
    NX_TASK_TARGET_CONFIGURATION: 'production',
  });
  expect(envWith({ base: { NX_TASK_TARGET_CONFIGURATION: 'outer' } })).not.toHaveProperty(
    'NX_TASK_TARGET_CONFIGURATION',
  );
});

test('colours are asked for unless the user said something about them', () => {
  expect(envWith({ forceColor: true })['FORCE_COLOR']).toBe('true');
  expect(envWith({ forceColor: true, base: { FORCE_COLOR: '0' } })['FORCE_COLOR']).toBe('0');
  expect(envWith({ forceColor: true, base: { NO_COLOR: '1' } })).not.toHaveProperty('FORCE_COLOR');
  expect(envWith({})).not.toHaveProperty('FORCE_COLOR');
});

test('loose mode lets everything through', () => {
  expect(envWith({ base: { ANYTHING: '1' } })['ANYTHING']).toBe('1');
});

test('strict mode lets through what is basic, passed through or declared, and nothing else', () => {
  const base = { HOME: '/home', LC_ALL: 'C', MY_A: '1', MY_B: '2', DECLARED: '3', OTHER: '4', GITHUB_TOKEN: 'secret' };
  const env = envWith({ base, ...strict('MY_*', '!MY_B'), declaredEnv: ['DECLARED'] });
  expect(env).toMatchObject({ HOME: '/home', LC_ALL: 'C', MY_A: '1', DECLARED: '3' });
  for (const name of ['MY_B', 'OTHER', 'GITHUB_TOKEN']) expect(env).not.toHaveProperty(name);
});

test('names match with case, except on Windows', () => {
  const base = { My_Var: '1' };
  expect(envWith({ base, ...strict('MY_VAR') })).not.toHaveProperty('My_Var');
  expect(envWith({ base, ...strict('MY_VAR'), platform: 'win32' })).toHaveProperty('My_Var');
});

test('what one task is given decides nothing for the next', () => {
  const composeOf = createTaskEnvComposer({ ...loose, base: { A: '1', B: '2', TURBO_TOKEN: 'x' }, ...strict('B') });
  const names = (declaredEnv: readonly string[], targetEnv: TaskEnvOptions['targetEnv'] = null): readonly string[] =>
    Object.keys(composeOf({ task, targetEnv, declaredEnv })).filter((name) => ['A', 'B', 'TURBO_TOKEN'].includes(name));
  expect(names(['A'])).toEqual(['A', 'B']);
  expect(names([])).toEqual(['B']);
  expect(names([], { mode: 'loose', passThrough: [], basic: false })).toEqual(['A', 'B']);
  expect(names([])).toEqual(['B']);
});

test('keys to caches reach no task, whatever lets them through', () => {
  const base = {
    LARDER_REMOTE_TOKEN: 'x',
    LARDER_UPLOAD_TOKEN: 'x',
    NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: 'x',
    NX_CLOUD_ACCESS_TOKEN: 'x',
    TURBO_TOKEN: 'x',
    TURBO_REMOTE_CACHE_SIGNATURE_KEY: 'x',
  };
  const names = Object.keys(base);
  for (const config of [loose.config, strict('*').config]) {
    const env = envWith({ base, config, declaredEnv: names });
    expect(Object.keys(env).filter((name) => names.includes(name))).toEqual([]);
  }
  expect(dotenvOf({ '.env': 'TURBO_TOKEN=x' })).not.toHaveProperty('TURBO_TOKEN');
  expect(envWith({ platform: 'win32', base: { larder_remote_token: 'x' } })).not.toHaveProperty('larder_remote_token');
});

test('identity tokens of CI reach tasks in loose mode only', () => {
  const base = { ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x' };
  expect(envWith({ base })).toHaveProperty('ACTIONS_ID_TOKEN_REQUEST_TOKEN');
  expect(envWith({ base, ...strict() })).not.toHaveProperty('ACTIONS_ID_TOKEN_REQUEST_TOKEN');
});

test('dotenv files are laid over each other as Nx does', () => {
  const order = [
    'apps/web/.env.build.ci.local',
    'apps/web/.env.build.ci',
    'apps/web/.build.ci.local.env',
    'apps/web/.build.ci.env',
    'apps/web/.env.ci.local',
    'apps/web/.ci.env',
    'apps/web/.env.build',
    'apps/web/.build.env',
    'apps/web/.env.local',
    'apps/web/.local.env',
    'apps/web/.env',
    '.env.build.ci',
    '.ci.env',
    '.build.env',
    '.env.local',
    '.local.env',
    '.env',
  ];
  for (let first = 0; first < order.length; first += 1) {
    const files = Object.fromEntries(order.slice(first).map((path) => [path, `FROM=${path}`]));
    expect(dotenvOf(files, { configuration: 'ci' })['FROM']).toBe(order[first]);
  }
});

test('dotenv files of other targets and configurations do not count', () => {
  expect(dotenvOf({ 'apps/web/.env.test': 'A=1', '.env.production': 'B=1', 'libs/.env': 'C=1' })).not.toMatchObject({
    A: '1',
  });
});

test("the caller's environment wins over dotenv files", () => {
  expect(dotenvOf({ '.env': 'A=file\nB=file' }, { base: { A: 'caller' } })).toMatchObject({ A: 'caller', B: 'file' });
});

test('values of dotenv files refer to each other and to the environment', () => {
  const files = {
    '.env': 'HOST=localhost\nURL="http://${HOST}:${PORT:-80}/$PLACE"\nEMPTY=${MISSING}\nPRICE="5\\$"\nSELF=$SELF',
    'apps/web/.env': 'HOST=web',
  };
  expect(dotenvOf(files, { base: { PLACE: 'home' } })).toMatchObject({
    URL: 'http://web:80/home',
    EMPTY: '',
    PRICE: '5$',
    SELF: '',
  });
});

test('values that double with every step do not fill the memory', () => {
  const lines = Array.from({ length: 40 }, (_, step) => `V${step + 1}=$V${step}$V${step}`);
  const env = dotenvOf({ '.env': ['V0=xx', ...lines].join('\n') });
  expect(Math.max(...Object.values(env).map((value) => value.length))).toBeLessThan(200_000);
});

test('what the target says of its environment takes the place of what the workspace says', () => {
  const base = { HOME: '/home/u', A_ONE: '1', A_TWO: '2', OTHER: 'x', TURBO_TOKEN: 'secret' };
  const only = (mode: 'strict' | 'loose', basic: boolean, ...passThrough: string[]) =>
    envWith({ base, ...strict(), targetEnv: { mode, passThrough, basic }, declaredEnv: ['A_TWO'] });
  expect(only('strict', true, 'A_*', '!A_TWO')).toMatchObject({ HOME: '/home/u', A_ONE: '1', A_TWO: '2' });
  expect(only('strict', false, 'A_*')).not.toHaveProperty('HOME');
  expect(only('strict', true)).not.toHaveProperty('OTHER');
  expect(only('loose', false)).toMatchObject({ OTHER: 'x' });
  expect(only('loose', false)).not.toHaveProperty('TURBO_TOKEN');
});
