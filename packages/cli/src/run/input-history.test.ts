import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  HashMemory,
  hashTask,
  resolveInputs,
  type CacheTroubleCode,
  type TaskId,
  type TaskOutcome,
} from '@larder/core';
import { drawProjectGraph, drawTaskGraph } from '@larder/core/fixtures';
import { digest, readWorkspace } from '@larder/workspace';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Session } from '../session/open-session.ts';
import { InputHistory } from './input-history.ts';

const web = 'web:build' as TaskId;
const executed: TaskOutcome = { kind: 'executed', durationMs: 1, attempts: 1 };
const failed: TaskOutcome = { kind: 'failed', exitCode: 1, durationMs: 1, attempts: 1 };

let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'larder-inputs-'));
  write({ 'packages/web/a': '1', 'packages/ui/b': '1' });
});

afterEach(() => rmSync(root, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

/** The history as one run uses it, in which the task was hashed as the files are now. */
function openRun() {
  const graph = drawProjectGraph('web -> ui');
  const all = { kind: 'fileset', pattern: '{projectRoot}/**/*' } as const;
  const inputs = [
    { ...all, of: { kind: 'self' } },
    { ...all, of: { kind: 'dependencies' } },
  ] as const;
  const taskGraph = drawTaskGraph('web:build', { 'web:build': { definition: { inputs } } });
  const context = { graph, namedInputs: {}, commonInputs: [], holdsTracked: () => false };
  const resolved = resolveInputs(taskGraph.tasks.values(), context).inputs.get(web)!;
  const { files } = readWorkspace(root, { stateDirectoryAbsolute: join(root, '.larder/state'), log: () => {} });
  const memory = new HashMemory({
    digest,
    graph,
    taskGraph,
    files,
    readText: () => null,
    env: () => undefined,
    platform: { os: 'linux', arch: 'x64' },
    workingDirectory: () => '',
    runtimeOutput: () => '',
    pluginValue: () => '',
    outputFilesOf: () => [],
  });
  const session = { graph, stateDirectoryAbsolute: join(root, '.larder'), log: () => {} } as unknown as Session;
  const history = new InputHistory(session, { inputsOf: () => resolved, memory: () => memory });
  const details = hashTask(taskGraph.tasks.get(web)!, resolved, memory);
  history.noteHashed(details);
  const settle = (outcome: TaskOutcome): void =>
    history.noteEvent({ type: 'task-settled', at: 1, task: web, hash: details.hash, outcome });
  const at = 1;
  history.noteEvent({ type: 'task-hashed', at, task: web, hash: details.hash, durationMs: 0 });
  const trouble = (code: CacheTroubleCode, detail: string): void =>
    history.noteEvent({ type: 'cache-trouble', at, code, task: web, detail });
  const start = (): void => history.noteEvent({ type: 'task-started', at, task: web, attempt: 1, command: 'x' });
  return { history, settle, start, trouble };
}

/** A run that executes the task, and what it says of the miss. */
function run({ outcomes = [executed], collects = false } = {}): string | null {
  const { history, settle } = openRun();
  const reason = history.explainMiss(web);
  for (const outcome of outcomes) {
    settle(outcome);
    if (collects) history.collect(Date.now());
  }
  history.save(Date.now());
  history.close();
  return reason;
}

test.each([true, false])('the next miss is explained file by file; collected piece by piece: %s', (collects) => {
  expect(run({ collects })).toBe('it was not executed here before');
  write({ 'packages/web/a': '2', 'packages/ui/b': '2' });
  expect(run({ collects })).toBe('2 files changed: packages/ui/b, packages/web/a');
  write({ 'packages/ui/b': '3' });
  expect(run({ collects })).toBe('1 file changed: packages/ui/b');
});

test('of a task that settles twice the last outcome counts', () => {
  run({ outcomes: [failed, executed], collects: true });
  expect(run({ outcomes: [executed, failed], collects: true })).toBe(
    'nothing changed; the cache does not have it any more',
  );
  expect(run()).toBe('it failed with the same inputs');
});

test('collecting opens nothing before the first miss, and nothing after the end', () => {
  const { history, settle } = openRun();
  settle(executed);
  history.collect(Date.now());
  expect(existsSync(join(root, '.larder/state/inputs.sqlite'))).toBe(false);
  history.save(Date.now());
  history.close();
  rmSync(join(root, '.larder'), { recursive: true });
  settle(executed);
  history.collect(Date.now());
  expect(existsSync(join(root, '.larder'))).toBe(false);
});

test.each([
  ['local-disk-full', 'it could not be restored: the disk is full: no space'],
  ['local-corrupt-entry', 'it could not be restored: a damaged entry was dropped from the local cache: no space'],
  ['remote-unreachable', 'it was not executed here before'],
] as const)('where what a cache has cannot be brought back, that is why: %s', (code, reason) => {
  const { history, trouble } = openRun();
  trouble(code, 'no space');
  expect(history.explainMiss(web)).toBe(reason);
  history.close();
});

test('of a task whose result was not stored the next miss says why, until it is', () => {
  const { history, settle, start, trouble } = openRun();
  trouble('local-corrupt-entry', 'of what came before it started');
  start();
  settle(executed);
  trouble('output-refused', '"dist/x" is a socket');
  trouble('remote-error', 'and that, too');
  history.save(Date.now());
  history.close();
  expect(run()).toBe('nothing changed; the last time, an output cannot be stored: "dist/x" is a socket');
  expect(run()).toBe('nothing changed; the cache does not have it any more');
});

test('where nothing changed and nobody could ask, that is said', () => {
  run();
  const { history, trouble } = openRun();
  trouble('remote-unreachable', 'refused');
  expect(history.explainMiss(web)).toBe(
    'nothing changed; it could not be restored: the remote cache could not be reached: refused',
  );
  history.close();
});

test('what is stored without an output that is missing is stored', () => {
  const { history, settle, start, trouble } = openRun();
  start();
  settle(executed);
  trouble('output-missing', 'the task did not produce "dist"');
  history.save(Date.now());
  history.close();
  expect(run()).toBe('nothing changed; the cache does not have it any more');
});
