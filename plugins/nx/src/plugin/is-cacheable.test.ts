import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isCacheable } from './is-cacheable.ts';

function workspaceWith(version: string): string {
  const root = mkdtempSync(join(tmpdir(), 'larder-nx-cacheable-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const nx = join(root, 'node_modules', 'nx');
  mkdirSync(join(nx, 'bin'), { recursive: true });
  writeFileSync(join(nx, 'package.json'), JSON.stringify({ name: 'nx', version }));
  writeFileSync(join(nx, 'bin', 'run-executor.js'), '');
  return root;
}

const runner = (options: object) => ({ tasksRunnerOptions: { default: { options } } });

test.each([
  ['22.7.12', { cacheableOperations: ['build'] }, undefined, true],
  ['20.8.4', { cacheableTargets: ['build'] }, undefined, true],
  ['22.7.12', { cacheableOperations: ['test'] }, undefined, false],
  ['22.7.12', { cacheableOperations: ['build'] }, false, false],
  ['23.3.2', { cacheableOperations: ['build'] }, undefined, false],
  ['23.3.2', {}, true, true],
])('nx %s with %j and "cache": %s', (version, options, cache, expected) => {
  const context = { workspaceRoot: workspaceWith(version), nxJsonConfiguration: runner(options) };
  const task = { id: 'ui:build', target: { project: 'ui', target: 'build' }, ...(cache !== undefined && { cache }) };
  expect(isCacheable(context, task)).toBe(expected);
});
