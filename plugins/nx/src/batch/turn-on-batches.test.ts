import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { turnOnBatches } from './turn-on-batches.ts';

function workspace(nxVersion: string, executor: string): string {
  const root = mkdtempSync(join(tmpdir(), 'larder-batches-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const write = (path: string, text: string): void => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write('package.json', '{}');
  write('node_modules/nx/package.json', JSON.stringify({ name: 'nx', version: nxVersion }));
  write('node_modules/nx/bin/run-executor.js', '');
  write('.nx/workspace-data/project-graph.json', JSON.stringify({ nodes: { a: { executor } } }));
  return root;
}

function modeAfter(root: string, env: Record<string, string | undefined>, argv: readonly string[] = []): unknown {
  const variables = turnOnBatches({ workspaceRoot: root, argv }, env);
  Object.assign(env, variables);
  return variables['NX_BATCH_MODE'];
}

test.each([
  ['21.6.11', '@larder/nx:run', 'true'],
  ['22.5.0', '@larder/nx:run', 'true'],
  ['22.6.0', '@larder/nx:run', undefined],
  ['24.0.6', '@larder/nx:run', undefined],
  ['21.6.11', 'nx:run-script', undefined],
])('in nx %s with a target of %s, the mode becomes %s', (version, executor, expected) => {
  expect(modeAfter(workspace(version, executor), {})).toBe(expected);
});

test('what a person has set counts, and so does a refusal', () => {
  const root = workspace('21.6.11', '@larder/nx:run');
  expect(modeAfter(root, { NX_BATCH_MODE: 'false' })).toBeUndefined();
  expect(modeAfter(root, {}, ['node', 'nx', 'run-many', '--batch=false'])).toBeUndefined();
});

test('in a process that serves several runs it is set for each', () => {
  const root = workspace('21.6.11', '@larder/nx:run');
  const env = {};
  expect(modeAfter(root, env)).toBe('true');
  expect(modeAfter(root, env)).toBe('true');
});
