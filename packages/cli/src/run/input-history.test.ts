import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { HashMemory, hashTask, resolveInputs, type TaskId, type TaskOutcome } from '@larder/core';
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
  return { history, settle };
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
