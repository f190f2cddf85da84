import { appendFileSync, readFileSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asNxMajor } from './support/as-nx-major.ts';
import { startNx } from './support/ask-nx.ts';
import { makeWorkspace, type FileTree } from './support/make-workspace.ts';
import { nodeModulesWithNx, readNxMajor } from './support/nx-under-test.ts';
import { larder } from './support/run-larder.ts';

// Odd globs, names and places, each file of the workspace edited once: the tasks whose hashes change are those of Nx.

const targets = [
  'build',
  'build:prod',
  'odd',
  'roots',
  'neg',
  'up',
  'test:unit',
  'root:lint',
  'json',
  'mixed',
  'less',
  'lessNamed',
];

const inputs = {
  default: ['{projectRoot}/**/*', 'sharedGlobals'],
  sharedGlobals: [],
  production: [
    'default',
    '!{projectRoot}/**/?(*.)+(spec|test).[jt]s?(x)?(.snap)',
    '!{projectRoot}/tsconfig.spec.json',
    '!{projectRoot}/jest.config.[jt]s',
  ],
  fewer: ['!{projectRoot}/src/**'],
  ts: ['{projectRoot}/**/*.{ts,tsx}', '!{projectRoot}/**/*.d.ts'],
};

const sources = [
  'src/a.ts',
  'src/b1.ts',
  'src/x1.ts',
  'src/keep.ts',
  'src/z.ts',
  'lib/deep/x2.ts',
  'src/c.spec.ts',
  'src/e.tsx',
  'src/d.test.tsx',
  'src/d.test.tsx.snap',
  'src/types.d.ts',
  'jest.config.ts',
  'tsconfig.spec.json',
  'README.md',
  'src/[id].ts',
  'src/(group)/page.tsx',
  'src/with space.ts',
  'src/ü.ts',
  '.dot/file.ts',
  '.rc',
  'src/!bang.ts',
];

const everything: FileTree = {
  '.gitignore': 'node_modules\n.nx\n.larder\ndist\n*.log\n',
  'package.json': {
    name: '@acme/source',
    private: true,
    workspaces: ['packages/*', 'libs/**'],
    scripts: { 'root:lint': 'echo root', other: 'echo other' },
    nx: { includedScripts: ['root:lint'] },
  },
  'a.json': { a: 1 },
  'sub/c.json': { c: 1 },
  'nx.json': {
    namedInputs: inputs,
    targetDefaults: {
      build: {
        cache: true,
        dependsOn: ['^build'],
        inputs: ['production', '^production'],
        outputs: ['{options.outputPath}', '{projectRoot}/gen/**/*.js', '!{projectRoot}/gen/**/*.map'],
      },
      'build:prod': { cache: true, dependsOn: ['^build:prod', 'build'], inputs: ['ts', '^ts'] },
      'test:*': { cache: true },
    },
  },
  'packages/a/package.json': { name: '@acme/a', version: '1.0.0' },
  'packages/a/project.json': {
    name: '@acme/a',
    targets: {
      build: { command: 'echo a', options: { outputPath: 'dist/packages/a' } },
      'build:prod': { command: 'echo a prod' },
      odd: {
        command: 'echo odd',
        inputs: ['{projectRoot}/src/[a-c]*.ts', '{projectRoot}/{lib,src}/**/x?.ts', '{projectRoot}/src/\\[id\\].ts'],
      },
      roots: { command: 'echo roots', inputs: ['{workspaceRoot}/*.json', '!{workspaceRoot}/package.json'] },
      neg: {
        command: 'echo neg',
        inputs: ['{projectRoot}/**/*', '!{projectRoot}/**/*.ts', '{projectRoot}/src/keep.ts'],
      },
      json: { command: 'echo json', inputs: ['{workspaceRoot}/**/*.json', '!{workspaceRoot}/packages/b/**'] },
    },
  },
  'packages/b/package.json': {
    name: '@acme/b',
    version: '1.0.0',
    dependencies: { '@acme/a': '*' },
    scripts: { 'test:unit': 'echo t', build: 'echo b', up: 'echo up' },
    nx: {
      targets: {
        build: { options: { outputPath: 'packages/b/out' } },
        'test:unit': {
          dependsOn: [
            { target: 'build', params: 'forward' },
            { target: 'build:prod', dependencies: true, params: 'forward' },
          ],
          inputs: ['default', '^production', { externalDependencies: [] }],
        },
        up: { inputs: ['^production', '!{projectRoot}/src/**'] },
        less: {
          command: 'echo less',
          inputs: ['^production', { fileset: '!{projectRoot}/src/**', dependencies: true }],
        },
        lessNamed: { command: 'echo lessNamed', inputs: ['^fewer'] },
        mixed: {
          command: 'echo mixed',
          inputs: ['{projectRoot}/src/**/*', '!{projectRoot}/src/**/*.{spec,test}.*', '^ts', '{workspaceRoot}/sub/*'],
        },
      },
    },
  },
  'libs/deep/one/package.json': {
    name: '@acme/one',
    version: '1.0.0',
    dependencies: { '@acme/b': '^1.0.0' },
    scripts: { build: 'echo one' },
  },
  'libs/deep/one/src/b.ts': 'one\n',
  'libs/deep/one/inner/package.json': { name: '@acme/inner', version: '1.0.0', scripts: { build: 'echo inner' } },
  'libs/deep/one/inner/src/b.ts': 'inner\n',
  ...Object.fromEntries(sources.map((path) => [`packages/a/${path}`, `${path}\n`])),
  ...Object.fromEntries(sources.slice(0, 12).map((path) => [`packages/b/${path}`, `${path}\n`])),
};

const files = asNxMajor(everything, readNxMajor());

interface Planned {
  readonly id: string;
  readonly hash: string | null;
  readonly dependsOn: readonly string[];
}

async function tasksOf(root: string): Promise<readonly object[]> {
  const file = join(root, 'tasks.log.json');
  const run = await larder(root, ['run-many', '-t', ...targets, '--graph', file]);
  if (run.exitCode !== 0) throw new Error(run.stderr);
  type Drawn = Omit<Planned, 'hash'> & { readonly outputs: readonly string[] };
  const { tasks } = JSON.parse(readFileSync(file, 'utf8')) as { tasks: readonly Drawn[] };
  rmSync(file);
  return tasks
    .map(({ id, dependsOn, outputs }) => ({ id, dependsOn: [...dependsOn].sort(), outputs: [...outputs].sort() }))
    .sort(byId);
}

async function planOf(root: string): Promise<readonly Planned[]> {
  const run = await larder(root, ['run-many', '-t', ...targets, '--dry-run=json']);
  if (run.exitCode !== 0) throw new Error(run.stderr);
  return (JSON.parse(run.stdout) as { tasks: readonly Planned[] }).tasks;
}

type Hashes = ReadonlyMap<string, string | null>;
const hashesOf = (tasks: readonly Pick<Planned, 'id' | 'hash'>[]): Hashes =>
  new Map(tasks.map(({ id, hash }) => [id, hash]));
const changed = (before: Hashes, after: Hashes): string[] =>
  [...after.keys()].filter((id) => before.get(id) !== after.get(id)).sort();

/** Larder counts the hashes of dependencies: what depends on a changed task is changed. */
function closeOver(start: readonly string[], tasks: readonly Planned[]): readonly string[] {
  const closed = new Set(start);
  for (let size = -1; size !== closed.size;) {
    size = closed.size;
    for (const { id, dependsOn } of tasks) if (dependsOn.some((one) => closed.has(one))) closed.add(id);
  }
  return [...closed].sort();
}

test('tasks, outputs and what an edit of each file changes are as in Nx', async () => {
  const roots = { installed: makeWorkspace(files), alone: makeWorkspace(files) };
  symlinkSync(nodeModulesWithNx, join(roots.installed, 'node_modules'));
  const nx = await startNx(roots.installed);
  const plans = { installed: await planOf(roots.installed), alone: await planOf(roots.alone) };
  const ofNx = await nx.tasks({ targets });
  const described = ofNx.map(({ id, dependsOn, outputs }) => ({ id, dependsOn, outputs }));
  for (const root of Object.values(roots)) expect(await tasksOf(root)).toEqual(described.sort(byId));
  const before = { nx: hashesOf(ofNx), installed: hashesOf(plans.installed), alone: hashesOf(plans.alone) };
  const wrong: unknown[] = [];
  let editedAt = Math.floor(Date.now() / 1000) - 3600;
  for (const path of Object.keys(files).filter(
    (name) => !/(^|\/)(package|project|nx)\.json$|^\.gitignore$/.test(name),
  )) {
    editedAt += 2;
    for (const root of Object.values(roots)) {
      appendFileSync(join(root, path), '\n');
      utimesSync(join(root, path), editedAt, editedAt);
    }
    const [tasksOfNx, installed, alone] = await Promise.all([
      nx.tasks({ targets }),
      planOf(roots.installed),
      planOf(roots.alone),
    ]);
    const now = { nx: hashesOf(tasksOfNx), installed: hashesOf(installed), alone: hashesOf(alone) };
    const expected = closeOver(changed(before.nx, now.nx), installed);
    for (const who of ['installed', 'alone'] as const) {
      const found = changed(before[who], now[who]);
      if (found.join() !== expected.join()) wrong.push({ path, who, found, expected });
    }
    Object.assign(before, now);
  }
  nx.stop();
  expect(wrong).toEqual([]);
}, 120_000);

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}
