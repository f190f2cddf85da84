import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TaskId } from '@larder/core';
import { expect, onTestFinished, test } from 'vitest';
import { explainMiss } from './explain-miss.ts';
import { explainMisses } from './explain-misses.ts';
import type { RunTarget } from './nx-context.ts';
import { readTaskEdges } from './read-task-edges.ts';

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'larder-nx-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const nodes = { 'ui:packages/ui/**/*': '1', 'ui:ProjectConfiguration': '2', 'env:MODE': '3', 'npm:react': '4' };

test.each([
  [{ 'ui:packages/ui/**/*': '9' }, 'files of ui changed'],
  [{ 'ui:ProjectConfiguration': '9' }, 'configuration of ui changed'],
  [{ 'env:MODE': '9' }, 'variable MODE changed'],
  [{ 'npm:react': '9' }, 'package react changed'],
  [{ 'env:CI': '1' }, 'variable CI new'],
  [{ 'runtime:node -v': '1' }, 'output of "node -v" new'],
  [{ 'workspace:[{workspaceRoot}/nx.json]': '1' }, 'files [nx.json] new'],
  [{ AllExternalDependencies: '1' }, 'external packages new'],
  [{}, 'nothing has changed, and no cache has it'],
])('a miss is explained by what differs: %j', (change, expected) => {
  expect(explainMiss({ nodes }, { nodes: { ...nodes, ...change } })).toBe(expected);
});

test('files are named before what follows from them, and many inputs are counted', () => {
  const all = { 'ui:a/**/*': '1', 'core:b/**/*': '1', 'x:c/*': '1', 'env:A': '1', 'ui:TsConfig': '1' };
  expect(explainMiss({ nodes: {} }, { nodes: all })).toBe(
    'files of core new, files of ui new, files of x new and 2 more',
  );
  expect(explainMiss({ command: 'a', nodes }, { command: 'b', nodes: { ...nodes, 'env:MODE': '' } })).toBe(
    'the command or its arguments changed, variable MODE changed',
  );
  const { 'env:MODE': _, ...without } = nodes;
  expect(explainMiss({ nodes }, { nodes: without })).toBe('variable MODE gone');
});

function run(
  workspaceRoot: string,
  status: string,
  inputs: Readonly<Record<string, string>>,
  { argv = [], env = {} }: { readonly argv?: readonly string[]; readonly env?: Readonly<Record<string, string>> } = {},
) {
  const task = {
    id: 'ui:build',
    target: { project: 'ui', target: 'build' },
    cache: true,
    hashDetails: { command: 'c', nodes: inputs },
  };
  const context = { workspaceRoot, argv: ['node', 'nx', ...argv], taskResults: { 'ui:build': { task, status } } };
  return explainMisses(context, { nowEpochMs: 0, env });
}

test.each([
  [{ argv: ['run', 'ui:build', '--skip-nx-cache'] }, 0],
  [{ argv: ['run', 'ui:build', '--skipNxCache=true'] }, 0],
  [{ env: { NX_SKIP_NX_CACHE: 'true' } }, 0],
  [{ argv: ['run', 'ui:build', '--skipNxCache=false'] }, 1],
  [{ argv: ['run', 'ui:build', '--', '--skip-nx-cache'] }, 1],
])('nothing was missed where no cache was asked: %j', async (wish, misses) => {
  const root = makeFolder();
  expect((await run(root, 'success', { 'ui:a/*': '1' }, wish)).size).toBe(misses);
  expect((await run(root, 'success', { 'ui:a/*': '2' })).get('ui:build' as TaskId)).toBe('files of ui changed');
});

test('a task is compared with the last time that it was executed or restored', async () => {
  const root = makeFolder();
  const id = 'ui:build' as TaskId;
  expect((await run(root, 'success', { 'ui:a/*': '1' })).get(id)).toContain('earlier run');
  expect((await run(root, 'remote-cache', { 'ui:a/*': '2' })).size).toBe(0);
  expect((await run(root, 'local-cache-kept-existing', { 'ui:a/*': '2' })).size).toBe(0);
  expect((await run(root, 'failure', { 'ui:a/*': '2', 'env:X': '1' })).get(id)).toBe('variable X new');
});

test('a memory that is damaged is begun anew', async () => {
  const root = makeFolder();
  await run(root, 'success', { 'ui:a/*': '1' });
  for (const suffix of ['', '-wal', '-shm'])
    rmSync(join(root, `.larder/state/nx-hashes.sqlite${suffix}`), { force: true });
  writeFileSync(join(root, '.larder/state/nx-hashes.sqlite'), 'x'.repeat(5000));
  const id = 'ui:build' as TaskId;
  expect((await run(root, 'success', { 'ui:a/*': '2' })).get(id)).toContain('earlier run');
  expect((await run(root, 'success', { 'ui:a/*': '3' })).get(id)).toBe('files of ui changed');
});

test('what waits for what is read out of Nx’s graph', () => {
  const root = makeFolder();
  const node = (dependsOn: readonly unknown[]) => ({
    data: { targets: { build: { dependsOn }, test: { dependsOn: ['build'] } } },
  });
  const graph = {
    nodes: { app: node(['^build', 'core:test']), ui: node([{ target: 'test', projects: ['core'] }]), core: node([]) },
    dependencies: { app: [{ target: 'ui' }, { target: 'npm:x' }], ui: [{ target: 'core' }], core: [{ target: 'app' }] },
  };
  writeFileSync(join(root, 'project-graph.json'), JSON.stringify(graph));
  const tasks = tasksOf(['app', 'build'], ['app', 'test'], ['ui', 'build'], ['core', 'build'], ['core', 'test']);
  const edges = readTaskEdges(root, tasks, { NX_WORKSPACE_DATA_DIRECTORY: root });
  expect(Object.fromEntries([...edges].map(([id, found]) => [id, found.toSorted()]))).toEqual({
    'app:build': ['core:build', 'core:test', 'ui:build'],
    'app:test': ['app:build'],
    'ui:build': ['core:test'],
    'core:build': [],
    'core:test': ['core:build'],
  });
  writeFileSync(join(root, 'project-graph.json'), '{');
  expect(readTaskEdges(root, tasks, { NX_WORKSPACE_DATA_DIRECTORY: root }).size).toBe(0);
});

test('names of targets with colons, patterns, and configurations by default are told apart', () => {
  const root = makeFolder();
  const check = { dependsOn: ['gen:*', { target: 'build', projects: ['tag:lib', '!ui'] }, '^build'] };
  const targets = { 'check:all': check, 'gen:a': {}, 'gen:b': {}, check: { dependsOn: ['other'] }, build: {} };
  const graph = {
    nodes: {
      app: { data: { root: 'apps/app', targets } },
      ui: { data: { root: 'libs/ui', tags: ['lib'], targets: { build: {} } } },
      core: { data: { root: 'libs/core', tags: ['lib'], targets: { build: {} } } },
    },
    dependencies: { app: [{ target: 'ui' }] },
  };
  writeFileSync(join(root, 'project-graph.json'), JSON.stringify(graph));
  const tasks = tasksOf(
    ['app', 'check:all'],
    ['app', 'gen:a'],
    ['app', 'gen:b'],
    ['app', 'build'],
    ['ui', 'build', 'production'],
    ['core', 'build', 'development'],
  );
  const edges = readTaskEdges(root, tasks, { NX_WORKSPACE_DATA_DIRECTORY: root });
  expect(edges.get('app:check:all' as TaskId)?.toSorted()).toEqual([
    'app:gen:a',
    'app:gen:b',
    'core:build:development',
    'ui:build:production',
  ]);
});

function tasksOf(...tasks: readonly (readonly [string, string, string?])[]): ReadonlyMap<TaskId, RunTarget> {
  return new Map(
    tasks.map(([project, target, configuration]) => [
      [project, target, configuration].filter((part) => part !== undefined).join(':') as TaskId,
      { project, target, configuration },
    ]),
  );
}
