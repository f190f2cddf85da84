import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commitAll, git, writeFiles, type FileTree } from './support/make-workspace.ts';
import { larder, larderEvents } from './support/run-larder.ts';
import { turbo, turboPlan } from './support/run-turbo.ts';
import { makeTurboRepository, type TurboPackageTree } from './support/turbo-repository.ts';

/** A package whose scripts are Node programs. */
function scripted(scripts: Readonly<Record<string, string>>, more: TurboPackageTree = {}): TurboPackageTree {
  const files: Record<string, string> = {};
  for (const [name, source] of Object.entries(scripts)) files[`${name}.mjs`] = source;
  return { ...more, scripts: '', files: { ...files, ...more.files } };
}

/** `node build.mjs` as the script `build`, and so on. */
function useScripts(root: string, folder: string, names: readonly string[], dependencies: object = {}): void {
  const name = folder.split('/').at(-1);
  const scripts = Object.fromEntries(names.map((script) => [script, `node ${script}.mjs`]));
  writeFiles(root, { [`${folder}/package.json`]: { name, version: '1.0.0', scripts, dependencies } });
}

const printEnv = `
  import { writeFileSync } from 'node:fs';
  writeFileSync('env.log', JSON.stringify(process.env));
`;

function makeEnvRepository(turboJson: object): string {
  const root = makeTurboRepository(turboJson, { core: scripted({ build: printEnv }) });
  useScripts(root, 'packages/core', ['build']);
  commitAll(root, 'scripts');
  return root;
}

/** The environment of the one task under each tool. Only names that the test sets are looked at. */
async function envOfBoth(turboJson: object, env: Readonly<Record<string, string>>) {
  const root = makeEnvRepository(turboJson);
  const file = join(root, 'packages/core/env.log');
  const seen = (): Record<string, string> => {
    const all = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    rmSync(file);
    return Object.fromEntries(Object.entries(all).filter(([name]) => Object.hasOwn(env, name)));
  };
  const ofTurbo = await turbo(root, ['run', 'build', '--force'], env);
  expect(ofTurbo.exitCode).toBe(0);
  const theirs = seen();
  const ofLarder = await larder(root, ['run-many', '-t', 'build', '--skip-cache'], { env });
  expect(ofLarder.exitCode).toBe(0);
  return { theirs, own: seen() };
}

const callersEnv = {
  LOGNAME: 'l',
  TMPDIR: '/tmp',
  XDG_CONFIG_HOME: 'x',
  XDG_RUNTIME_DIR: 'x',
  LC_ALL: 'C',
  LANG: 'C',
  TZ: 'UTC',
  SHELL: '/bin/sh',
  CI: '1',
  NODE_OPTIONS: '',
  COREPACK_HOME: 'c',
  PNPM_HOME: 'p',
  HTTP_PROXY: 'h',
  SSH_AUTH_SOCK: 's',
  DOCKER_HOST: 'd',
  GITHUB_SHA: 'g',
  RUNNER_OS: 'r',
  VERCEL_URL: 'v',
  NEXT_RUNTIME: 'n',
  VSCODE_PID: 'v',
  DISPLAY: ':0',
  COLORTERM: 'c',
  TERM: 't',
  API_URL: 'a',
  API_KEY: 'k',
  SHARED: 's',
  PASS_A: 'p',
  PASS_B: 'q',
  OWN: 'o',
  UNDECLARED: 'u',
  NODE_ENV: 'test',
  HOMEDRIVE: 'h',
};

const envTasks = { build: { env: ['API_*', '!API_KEY'], passThroughEnv: ['OWN', '!GITHUB_*'], cache: true } };

test.each([
  ['strict by default', { globalEnv: ['SHARED'], globalPassThroughEnv: ['PASS_*', '!PASS_B'], tasks: envTasks }],
  ['strict without declarations', { tasks: { build: {} } }],
  ['loose', { envMode: 'loose', tasks: { build: {} } }],
])('%s: a task sees the same variables', async (_, turboJson) => {
  const { own, theirs } = await envOfBoth(turboJson, callersEnv);
  expect(own).toEqual(theirs);
});

test('the keys of remote caches never reach a task, whatever is declared', async () => {
  const secrets = { TURBO_TOKEN: 'secret', TURBO_REMOTE_CACHE_SIGNATURE_KEY: 'secret' };
  const declared = { build: { passThroughEnv: ['TURBO_*'] } };
  for (const turboJson of [{ tasks: { build: {} } }, { envMode: 'loose', tasks: { build: {} } }, { tasks: declared }]) {
    expect((await envOfBoth(turboJson, secrets)).own).toEqual({});
  }
});

const copyBuild = `
  import { appendFileSync, cpSync, mkdirSync } from 'node:fs';
  mkdirSync('dist', { recursive: true });
  cpSync('src', 'dist', { recursive: true });
  appendFileSync('../../runs.log', process.argv.slice(2).join(' ') + ' ran\\n');
`;

/** `core` <- `web`, each with `build`; `web` waits for nothing unless `dependsOn` says so. */
function makeBuilds(tasks: object, files: FileTree = {}): string {
  const root = makeTurboRepository(
    { tasks },
    { core: scripted({ build: copyBuild }), web: scripted({ build: copyBuild }) },
  );
  useScripts(root, 'packages/core', ['build']);
  useScripts(root, 'packages/web', ['build'], { core: '*' });
  writeFiles(root, files);
  commitAll(root, 'scripts');
  return root;
}

const built = { build: { dependsOn: ['^build'], outputs: ['dist/**'] } };

/** Ids of the tasks that executed, in no order. */
async function executed(root: string, args: readonly string[] = [], env: Record<string, string> = {}) {
  const run = await larderEvents(root, ['run-many', '-t', 'build', ...args], { env });
  expect(run.exitCode).toBe(0);
  return Object.keys(run.outcomes)
    .filter((id) => run.outcomes[id] === 'executed')
    .sort();
}

test('what turbo runs and restores, Larder runs and restores', async () => {
  const root = makeBuilds(built);
  const missed = async (): Promise<readonly string[]> => {
    const run = await turbo(root, [
      'run',
      'build',
      '--output-logs=hash-only',
      '--log-prefix=task',
      '--log-order=grouped',
    ]);
    expect(run.exitCode).toBe(0);
    const lines = run.stdout.split('\n').filter((line) => line.includes('cache miss'));
    return lines.map((line) => line.split(':').slice(0, 2).join(':').trim()).sort();
  };
  const steps: readonly (() => void)[] = [
    () => {},
    () => {},
    () => rmSync(join(root, 'packages/core/dist'), { recursive: true }),
    () => writeFiles(root, { 'packages/web/src/a.txt': 'x' }),
    () => writeFiles(root, { 'packages/core/src/a.txt': 'x' }),
    () => git(root, 'checkout', '-q', '.'),
  ];
  for (const [index, step] of steps.entries()) {
    step();
    const own = await executed(root);
    expect([index, own]).toEqual([index, await missed()]);
    expect(existsSync(join(root, 'packages/core/dist/a.txt'))).toBe(true);
  }
});

test('tasks of the root and tasks without a script run as they do in turbo', async () => {
  const tasks = { build: { dependsOn: ['//#format', '^build'] }, '//#format': {}, all: { dependsOn: ['build'] } };
  const root = makeBuilds(tasks);
  const ofTurbo = await turbo(root, ['run', 'all', '--output-logs=full']);
  const ofLarder = await larder(root, ['run-many', '-t', 'all', '--output-style', 'stream']);
  expect([ofTurbo.exitCode, ofLarder.exitCode]).toEqual([0, 0]);
  expect(ofTurbo.stdout).toMatch(/^\/\/:format: format$/m);
  expect(ofLarder.stdout).toMatch(/^\/\/:format format$/m);
  expect(readFileSync(join(root, 'runs.log'), 'utf8').trim().split('\n')).toHaveLength(4);
});

test('a task that takes outputs of its dependencies runs again when those change, and only then', async () => {
  const takes = { mode: 'dependencyOutputs', globs: ['dist/a.txt'], from: ['^build'] };
  const build = { dependsOn: ['^build'], outputs: ['dist/**'] };
  const root = makeBuilds({ build, 'web#build': { ...build, inputs: ['$TURBO_DEFAULT$', takes] } });
  const missed = async (): Promise<readonly string[]> => {
    const run = await turbo(root, ['run', 'build', '--output-logs=hash-only']);
    const lines = run.stdout.split('\n').filter((line) => line.includes('cache miss'));
    return lines.map((line) => line.split(':').slice(0, 2).join(':').trim()).sort();
  };
  expect(await executed(root)).toEqual(await missed());
  writeFiles(root, { 'packages/core/src/b.txt': 'x' });
  expect([await executed(root), await missed()]).toEqual([['core:build'], ['core:build']]);
  writeFiles(root, { 'packages/core/src/a.txt': 'x' });
  const both = ['core:build', 'web:build'];
  expect([await executed(root), await missed()]).toEqual([both, both]);
});

// What turbo 2.11 gets wrong, as its own test of each would show.

test('an input that is edited while its task runs means that nothing is stored', async () => {
  const selfEdit = `${copyBuild}
    import { writeFileSync } from 'node:fs';
    if (process.env['EDIT'] === '1') writeFileSync('src/a.txt', 'edited while running');
  `;
  const root = makeBuilds(
    { build: { outputs: ['dist/**'], passThroughEnv: ['EDIT'] } },
    { 'packages/core/build.mjs': selfEdit },
  );
  expect(await executed(root, ['-p', 'core'], { EDIT: '1' })).toEqual(['core:build']);
  git(root, 'checkout', '-q', '.');
  expect(await executed(root, ['-p', 'core'])).toEqual(['core:build']);
  expect(readFileSync(join(root, 'packages/core/dist/a.txt'), 'utf8')).toBe('core a\n');
});

test('files that an earlier build left in the outputs are gone after a hit', async () => {
  const root = makeBuilds(built);
  await executed(root);
  writeFiles(root, { 'packages/core/dist/stale.txt': 'stale', 'packages/core/src/a.txt': 'other' });
  await executed(root);
  writeFiles(root, { 'packages/core/dist/stale2.txt': 'stale' });
  git(root, 'checkout', '-q', '.');
  expect(await executed(root)).toEqual([]);
  expect(existsSync(join(root, 'packages/core/dist/stale.txt'))).toBe(false);
  expect(existsSync(join(root, 'packages/core/dist/stale2.txt'))).toBe(false);
  expect(readFileSync(join(root, 'packages/core/dist/a.txt'), 'utf8')).toBe('core a\n');
});

test('what is stored for a task holds nothing outside its outputs', async () => {
  const strays = `${copyBuild}
    import { writeFileSync } from 'node:fs';
    writeFileSync('stray.log', 'a file outside the outputs');
  `;
  const root = makeBuilds(built, { 'packages/core/build.mjs': strays });
  await executed(root);
  rmSync(join(root, 'packages/core/stray.log'));
  rmSync(join(root, 'packages/core/dist'), { recursive: true });
  expect(await executed(root)).toEqual([]);
  expect(existsSync(join(root, 'packages/core/dist/a.txt'))).toBe(true);
  expect(existsSync(join(root, 'packages/core/stray.log'))).toBe(false);
});

test("a dependency's source counts without ^ in dependsOn", async () => {
  const root = makeBuilds({ build: { outputs: ['dist/**'] } });
  const before = await turboPlan(root, ['build']);
  await executed(root);
  writeFiles(root, { 'packages/core/src/a.txt': 'other' });
  expect((await turboPlan(root, ['build']))?.tasks.get('web:build')?.hash).toBe(before?.tasks.get('web:build')?.hash);
  expect(await executed(root)).toEqual(['core:build', 'web:build']);
});

test('arguments count only for the tasks that were asked for', async () => {
  const root = makeBuilds(built);
  await executed(root);
  expect(await executed(root, ['-p', 'web', '--', '--flag'])).toEqual(['web:build']);
  expect(readFileSync(join(root, 'runs.log'), 'utf8')).toBe(' ran\n ran\n--flag ran\n');
});

test('slots follow "concurrency" unless Larder is told otherwise', async () => {
  const root = makeBuilds(built);
  writeFiles(root, { 'turbo.json': { concurrency: '3', tasks: built } });
  const slotsOf = async (args: readonly string[], env: Record<string, string> = {}): Promise<unknown> => {
    const run = await larderEvents(root, ['run-many', '-t', 'build', ...args], { env });
    return run.events.find((event) => event['type'] === 'run-started')?.['slots'];
  };
  expect(await slotsOf([])).toBe(3);
  expect(await slotsOf(['--parallel', '5'])).toBe(5);
  expect(await slotsOf([], { LARDER_PARALLEL: '2' })).toBe(2);
});

test.each([
  ['full', { cold: true, warm: true }],
  ['new-only', { cold: true, warm: false }],
  ['errors-only', { cold: false, warm: false }],
  ['hash-only', { cold: false, warm: false }],
  ['none', { cold: false, warm: false }],
])('outputLogs %s shows what it shows in turbo', async (outputLogs, shown) => {
  const tasks = { build: { outputLogs } };
  const root = makeTurboRepository({ tasks }, { core: scripted({ build: `console.log('spoken by the task')` }) });
  useScripts(root, 'packages/core', ['build']);
  commitAll(root, 'scripts');
  for (const moment of ['cold', 'warm'] as const) {
    const ofTurbo = await turbo(root, ['run', 'build']);
    const ofLarder = await larder(root, ['run-many', '-t', 'build', '--output-style', 'stream']);
    expect([moment, ofTurbo.stdout.includes('spoken')]).toEqual([moment, shown[moment]]);
    expect([moment, ofLarder.stdout.includes('spoken')]).toEqual([moment, shown[moment]]);
  }
});

test('a failing task shows its output with errors-only', async () => {
  const tasks = { build: { outputLogs: 'errors-only' } };
  const failing = `console.log('spoken by the task'); process.exit(3);`;
  const root = makeTurboRepository({ tasks }, { core: scripted({ build: failing }) });
  useScripts(root, 'packages/core', ['build']);
  for (const style of ['stream', 'static']) {
    const run = await larder(root, ['run-many', '-t', 'build', '--output-style', style]);
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('spoken');
  }
});
