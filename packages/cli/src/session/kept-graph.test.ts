import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { encodeGraph, type Config } from '@larder/core';
import { emptyConfig } from '@larder/core/fixtures';
import { readWorkspace } from '@larder/workspace';
import { expect, onTestFinished, test } from 'vitest';
import type { Terminal } from '../terminal.ts';
import { createGraphContext, readGraph, type ReadGraph } from './read-graph.ts';

const manifest = (name: string, more: object = {}): string =>
  JSON.stringify({ name, scripts: { build: 'tsc' }, ...more });

const plain = {
  'tools/x/project.json': JSON.stringify({ targets: { lint: { command: 'lint' } } }),
  'package.json': JSON.stringify({ name: 'root', workspaces: ['packages/*'] }),
  'packages/a/package.json': manifest('a', { dependencies: { b: '*', zod: '4.0.0' } }),
  'packages/b/package.json': manifest('b'),
  'packages/b/src/index.ts': 'export {};',
  'package-lock.json': JSON.stringify({
    lockfileVersion: 3,
    packages: { '': {}, 'node_modules/zod': { version: '4.0.0', integrity: 'sha512-x' } },
  }),
};

function makeFolder(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'larder-kept-graph-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  write(root, files);
  return root;
}

function write(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

interface Opening {
  readonly env?: Readonly<Record<string, string>>;
  readonly config?: Partial<Config>;
  /** What happens when the files are known and nothing else is. */
  readonly meanwhile?: () => void;
}

async function open(root: string, { config, env = {}, meanwhile }: Opening = {}): Promise<ReadGraph> {
  const stateDirectoryAbsolute = join(root, '.larder');
  const log = (): void => {};
  const workspace = readWorkspace(root, { stateDirectoryAbsolute: join(stateDirectoryAbsolute, 'state'), log });
  for (const path of workspace.files.paths) workspace.files.factsOf(path);
  meanwhile?.();
  const terminal = { env, signal: new AbortController().signal } as Terminal;
  const spawn = (): never => {
    throw new Error('nothing is started');
  };
  const parts = { rootAbsolute: root, stateDirectoryAbsolute, files: workspace.files, spawn, log, terminal };
  const context = createGraphContext({ ...parts, config: { ...emptyConfig, file: null, ...config } });
  const read = await readGraph(context, { nx: null, workspace });
  read.keep();
  return read;
}

/** Opens a workspace as a next command would, and compares the graph with one that knows nothing of earlier commands. */
async function expectSame(root: string, opening?: Opening): Promise<boolean> {
  const { wasKept, graph, problems, parallel, graphFiles } = await open(root, opening);
  const state = join(root, '.larder');
  const aside = join(tmpdir(), `larder-kept-graph-aside-${process.pid}`);
  renameSync(state, aside);
  const fresh = await open(root, opening);
  rmSync(state, { recursive: true });
  renameSync(aside, state);
  expect(fresh.wasKept).toBe(false);
  expect(encodeGraph(graph)).toBe(encodeGraph(fresh.graph));
  expect({ problems, parallel, graphFiles }).toEqual({
    problems: fresh.problems,
    parallel: fresh.parallel,
    graphFiles: fresh.graphFiles,
  });
  return wasKept;
}

test('the graph of an earlier command is taken while only sources change', async () => {
  const root = makeFolder(plain);
  expect((await open(root)).wasKept).toBe(false);
  write(root, { 'packages/b/src/index.ts': 'export const one = 1;', 'packages/b/src/new.ts': '' });
  expect(await expectSame(root)).toBe(true);
});

const turbo = {
  ...plain,
  'turbo.json': JSON.stringify({ concurrency: '50%', tasks: { build: { outputs: ['dist/**'] } } }),
};

test('so it is in a Turborepo workspace, with the slots that turbo.json wants and its warnings', async () => {
  const root = makeFolder({
    ...turbo,
    'packages/b/turbo.json': JSON.stringify({ extends: ['//'], tasks: { bild: {} } }),
  });
  await open(root);
  expect(await expectSame(root)).toBe(true);
  expect((await open(root)).parallel).toBe('50%');
});

test('where turbo.json names variables with wildcards, it counts which there are, and not what they say', async () => {
  const tasks = { build: { env: ['ACME_*', 'OLD*'] } };
  const root = makeFolder({ ...plain, 'turbo.json': JSON.stringify({ tasks }) });
  await open(root, { env: { ACME_ONE: '1' } });
  expect(await expectSame(root, { env: { ACME_ONE: '2' } })).toBe(true);
  expect(await expectSame(root, { env: { ACME_ONE: '1', ACME_TWO: '' } })).toBe(false);
  expect(await expectSame(root, { env: {} })).toBe(false);
  // Shells set and take away some by themselves.
  expect(await expectSame(root, { env: { OLDPWD: '/' } })).toBe(false);
});

test.each<readonly [string, Readonly<Record<string, string>>]>([
  ['a script is added', { 'packages/b/package.json': manifest('b', { scripts: { build: 'tsc', test: 'vitest' } }) }],
  ['a project is added', { 'packages/c/package.json': manifest('c') }],
  [
    'a project.json is added',
    { 'packages/b/project.json': JSON.stringify({ targets: { lint: { command: 'lint' } } }) },
  ],
  ['the members are others', { 'package.json': JSON.stringify({ name: 'root', workspaces: ['packages/a'] }) }],
  ['a package is another', { 'package-lock.json': plain['package-lock.json'].replace('sha512-x', 'sha512-y') }],
  ['a patch is added', { 'patches/zod+4.0.0.patch': 'diff' }],
  ['an nx.json says that projects are anywhere', { 'nx.json': '{}' }],
  ['a turbo.json is added', { 'turbo.json': turbo['turbo.json'] }],
  ['another manager says what the members are', { 'pnpm-workspace.yaml': 'packages: [packages/a]' }],
])('it is not taken once %s', async (_change, files) => {
  const root = makeFolder(plain);
  await open(root);
  write(root, files);
  expect(await expectSame(root)).toBe(false);
  expect(await expectSame(root)).toBe(true);
});

test('it is not taken once a manifest is gone, or the configuration is another', async () => {
  const root = makeFolder(plain);
  await open(root);
  const config = { targetDefaults: { build: { cache: false } } };
  expect(await expectSame(root, { config })).toBe(false);
  rmSync(join(root, 'packages/b/package.json'));
  expect(await expectSame(root)).toBe(false);
});

test('a manifest that changes while it is read leaves nothing behind', async () => {
  const root = makeFolder(plain);
  const changed = { 'packages/b/package.json': manifest('renamed') };
  await open(root, { meanwhile: () => write(root, changed) });
  write(root, { 'packages/b/package.json': plain['packages/b/package.json'] });
  expect(await expectSame(root)).toBe(false);
});

test('a manifest behind a link is read each time', async () => {
  const root = makeFolder({ ...plain, 'shared/manifest': manifest('b') });
  rmSync(join(root, 'packages/b/package.json'));
  symlinkSync('../../shared/manifest', join(root, 'packages/b/package.json'));
  await open(root);
  write(root, { 'shared/manifest': manifest('b', { scripts: { other: 'tsc' } }) });
  expect(await expectSame(root)).toBe(false);
});

test.each([
  ['cut off', (text: string) => text.slice(0, -10)],
  ['changed', (text: string) => text.replace('"tsc"', '"rm"')],
  ['empty', () => ''],
])('a file that is %s counts as absent', async (_damage, damage) => {
  const root = makeFolder(plain);
  await open(root);
  const path = join(root, '.larder/state/graph');
  writeFileSync(path, damage(readFileSync(path, 'utf8')));
  expect(await expectSame(root)).toBe(false);
});
