import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TaskHash, TaskId } from '@larder/core';
import { expect, onTestFinished, test } from 'vitest';
import { openSession } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';
import { buildGraphOfTasks } from './build-graph-of-tasks.ts';
import { createRunHasher } from './create-run-hasher.ts';
import type { RunHasher } from './run-hasher.ts';

const [app, ui, core] = ['app:build', 'ui:build', 'core:build'] as [TaskId, TaskId, TaskId];

function makeWorkspace(): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'larder-taken-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const build = { cache: true, dependsOn: ['^build'], inputs: ['{projectRoot}/**/*'] };
  write(root, 'package.json', JSON.stringify({ name: 'root', workspaces: ['packages/*'] }));
  write(root, 'larder.json', JSON.stringify({ targetDefaults: { build } }));
  for (const [name, below] of Object.entries({ app: 'ui', ui: 'core', core: null })) {
    const dependencies = below === null ? {} : { [below]: '*' };
    write(root, `packages/${name}/package.json`, JSON.stringify({ name, scripts: { build: 'tsc' }, dependencies }));
    write(root, `packages/${name}/src.ts`, name);
  }
  return root;
}

function write(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** A hasher of a process that begins now. */
async function openHasher(root: string, takenHashes: ReadonlyMap<TaskId, TaskHash> = new Map()): Promise<RunHasher> {
  const signal = new AbortController().signal;
  const terminal = {
    env: {},
    workingDirectory: root,
    availableParallelism: 2,
    isCi: false,
    signal,
  } as unknown as Terminal;
  const opened = await openSession(terminal, { log: () => {} });
  if (opened.kind === 'invalid') throw new Error(JSON.stringify(opened.problems));
  const built = buildGraphOfTasks(opened.session, [app], { configuration: null, args: [] });
  if (built.kind === 'invalid') throw new Error(JSON.stringify(built.problems));
  const created = await createRunHasher(opened.session, terminal, built.taskGraph, { takenHashes });
  if (created.kind === 'invalid') throw new Error(JSON.stringify(created.problems));
  return created.hasher;
}

async function hashAll(root: string): Promise<ReadonlyMap<TaskId, TaskHash>> {
  const hasher = await openHasher(root);
  const hashes = new Map<TaskId, TaskHash>();
  for (const task of [core, ui, app]) hashes.set(task, (await hasher.hash(task)).hash);
  return hashes;
}

const reopen = (hasher: RunHasher, tasks: readonly TaskId[]): void =>
  hasher.watcher.onEvent({ type: 'tasks-reopened', at: 0, tasks });

test('hashes that were taken are told as they were, whatever the files are', async () => {
  const root = makeWorkspace();
  const taken = await hashAll(root);
  write(root, 'packages/core/src.ts', 'edited');
  const hasher = await openHasher(root, taken);
  for (const [task, hash] of taken) expect((await hasher.hash(task)).hash).toBe(hash);
});

test('a task that is executed again is hashed by what is there, and may be stored where all below it is what it was', async () => {
  const root = makeWorkspace();
  const taken = await hashAll(root);
  const hasher = await openHasher(root, taken);
  reopen(hasher, [app]);
  expect([hasher.isTaken(app), hasher.isTaken(ui)]).toEqual([false, true]);
  expect((await hasher.hash(app)).hash).toBe(taken.get(app));
  expect([hasher.isTaken(ui), hasher.isTaken(core)]).toEqual([false, false]);
  expect(await hasher.findMovedBelow?.(app)).toBeNull();
});

test('it may not be stored where something below it is not what was taken, however far', async () => {
  const root = makeWorkspace();
  const taken = await hashAll(root);
  write(root, 'packages/core/src.ts', 'edited');
  const hasher = await openHasher(root, taken);
  reopen(hasher, [app]);
  // Its dependencies are not executed again: their hashes count as they were told.
  expect((await hasher.hash(app)).hash).toBe(taken.get(app));
  expect(await hasher.findMovedBelow?.(app)).toEqual({ task: core, paths: [] });
});

test('what is edited later is noticed below it as anywhere', async () => {
  const root = makeWorkspace();
  const taken = await hashAll(root);
  const hasher = await openHasher(root, taken);
  reopen(hasher, [app]);
  await hasher.hash(app);
  write(root, 'packages/core/src.ts', 'edited');
  expect(await hasher.findMovedBelow?.(app)).toEqual({ task: core, paths: ['packages/core/src.ts'] });
});
