import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cachesNothing } from './caches-nothing.ts';

function workspace(nxVersion: string, graphText: string): string {
  const root = mkdtempSync(join(tmpdir(), 'larder-caches-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const write = (path: string, text: string): void => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write('package.json', '{}');
  write('node_modules/nx/package.json', JSON.stringify({ name: 'nx', version: nxVersion }));
  write('node_modules/nx/bin/run-executor.js', '');
  write('.nx/workspace-data/project-graph.json', graphText);
  return root;
}

const adopted = { executor: '@larder/nx:run', cache: false, metadata: { larder: { executor: 'a:b', cache: true } } };
const graphOf = (targets: object): string =>
  JSON.stringify({ nodes: { other: { data: {} }, one: { data: { targets } } }, dependencies: {} });

test.each([
  ['all that is cached was adopted', '24.0.6', graphOf({ build: adopted, serve: { executor: 'a:c' } }), true],
  ['a target is cached by nx', '24.0.6', graphOf({ build: adopted, lint: { executor: 'a:l', cache: true } }), false],
  ['nothing was adopted', '24.0.6', graphOf({ serve: { executor: 'a:c' } }), false],
  ['options may name what is cached', '22.7.12', graphOf({ build: adopted, test: { executor: 'a:t' } }), false],
  ['the graph is cut short', '24.0.6', graphOf({ build: adopted }).slice(0, -3), false],
  ['the graph has another form', '24.0.6', JSON.stringify([{ build: adopted }]), false],
])('where %s, in nx %s', (_, version, graphText, expected) => {
  expect(cachesNothing(workspace(version, graphText), {})).toBe(expected);
});

test('where nx wrote its graph elsewhere, that one counts; without any, it may cache', () => {
  const root = workspace('24.0.6', graphOf({ build: adopted }));
  expect(cachesNothing(root, { NX_WORKSPACE_DATA_DIRECTORY: join(root, 'none') })).toBe(false);
});
