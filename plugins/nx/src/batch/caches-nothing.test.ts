import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeNxWorkspace } from '../testing/make-nx-workspace.ts';
import { cachesNothing } from './caches-nothing.ts';

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
  expect(cachesNothing(makeNxWorkspace(version, graphText), {})).toBe(expected);
});

test('where nx wrote its graph elsewhere, that one counts; without any, it may cache', () => {
  const root = makeNxWorkspace('24.0.6', graphOf({ build: adopted }));
  expect(cachesNothing(root, { NX_WORKSPACE_DATA_DIRECTORY: join(root, 'none') })).toBe(false);
});
