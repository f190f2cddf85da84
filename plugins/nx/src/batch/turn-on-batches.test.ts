import { expect, test } from 'vitest';
import { makeNxWorkspace } from '../testing/make-nx-workspace.ts';
import { turnOnBatches } from './turn-on-batches.ts';

function workspace(nxVersion: string, executor: string): string {
  return makeNxWorkspace(nxVersion, JSON.stringify({ nodes: { a: { executor } } }));
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
