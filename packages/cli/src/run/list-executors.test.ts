import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Executor, ExecutorContext, RunningTask, TaskGraph } from '@larder/core';
import { drawTaskGraph, type TaskOverrides } from '@larder/core/fixtures';
import { expect, onTestFinished, test } from 'vitest';
import type { Session } from '../session/open-session.ts';
import { listExecutors } from './list-executors.ts';

const left: RunningTask = {
  ended: Promise.resolve({ exitCode: 0, detail: null }),
  ready: Promise.resolve(),
  stop: async () => {},
};
const foreign: Executor = { name: '*', describe: () => 'by nx', start: () => left };

function workspace(hasNx: boolean): string {
  const root = mkdtempSync(join(tmpdir(), 'larder-executors-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const files = { 'package.json': '{}', 'bin/run-executor.js': '' };
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, 'node_modules/nx', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, path === 'package.json' && hasNx ? '{"version":"24.0.0"}' : text);
  }
  return root;
}

const graphOf = (overrides: TaskOverrides): TaskGraph =>
  drawTaskGraph('web:go', { 'web:go': { ...overrides, definition: { executor: 'nx:run-commands' } } });

/** Whether the workspace's nx is asked to run a task of these options. */
async function isLeftToNx(overrides: TaskOverrides, hasNx = true): Promise<boolean> {
  const session = { rootAbsolute: workspace(hasNx), plugins: [{ executors: [foreign] }] } as unknown as Session;
  const taskGraph = graphOf(overrides);
  const executors = await listExecutors(session, taskGraph);
  const own = executors.find(({ name }) => name === 'nx:run-commands');
  const [task] = taskGraph.tasks.values();
  // Without a command there is no process to start.
  const context = { workspaceRootAbsolute: session.rootAbsolute, env: {} } as ExecutorContext;
  return own!.start(task!, context) === left;
}

test('what is not understood exactly is left to the nx of the workspace, where there is one', async () => {
  expect(await isLeftToNx({ options: { commands: [], envFile: '.env.x' } })).toBe(true);
  expect(await isLeftToNx({ options: { commands: [], envFile: '.env.x' } }, false)).toBe(false);
  expect(await isLeftToNx({ options: { commands: [] } })).toBe(false);
});

test('a continuous task stays here, where it is known when it is ready', async () => {
  expect(await isLeftToNx({ options: { commands: [], envFile: '.env.x' }, continuous: true })).toBe(false);
});
