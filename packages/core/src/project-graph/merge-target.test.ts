import { expect, test } from 'vitest';
import type { JsonObject } from '../json.ts';
import { expandCommand, findOrigin, mergeTarget } from './merge-target.ts';

const merge = (...layers: readonly JsonObject[]) =>
  layers.reduce<ReturnType<typeof mergeTarget<number>> | null>(
    (lower, upper, index) => mergeTarget(lower, upper, index),
    null,
  )?.raw;

test.each<[string, JsonObject[], JsonObject]>([
  ['keys replace', [{ inputs: ['a'], cache: true }, { inputs: ['b'] }], { inputs: ['b'], cache: true }],
  [
    'options merge',
    [{ options: { a: 1, b: { c: 1 } } }, { options: { b: { d: 2 } } }],
    { options: { a: 1, b: { d: 2 } } },
  ],
  [
    'configurations merge key by key',
    [{ configurations: { prod: { a: 1, b: 1 }, dev: {} } }, { configurations: { prod: { b: 2 } } }],
    { configurations: { prod: { a: 1, b: 2 }, dev: {} } },
  ],
  [
    'another executor starts afresh',
    [{ executor: 'a', options: { x: 1 }, cache: true }, { executor: 'b' }],
    { executor: 'b' },
  ],
  [
    'another command starts afresh',
    [
      { executor: 'nx:run-commands', options: { command: 'a' }, cache: true },
      { executor: 'nx:run-commands', options: { command: 'b' } },
    ],
    { executor: 'nx:run-commands', options: { command: 'b' } },
  ],
  [
    'another script starts afresh',
    [
      { executor: 'nx:run-script', options: { script: 'a' }, cache: true },
      { executor: 'nx:run-script', options: { script: 'b' } },
    ],
    { executor: 'nx:run-script', options: { script: 'b' } },
  ],
  [
    'a layer without executor adds to any',
    [{ executor: 'a', options: { x: 1 } }, { cache: true }],
    { executor: 'a', options: { x: 1 }, cache: true },
  ],
  [
    'a spread in an array keeps what is there',
    [{ inputs: ['a', 'b'] }, { inputs: ['x', '...', 'y'] }],
    { inputs: ['x', 'a', 'b', 'y'] },
  ],
  ['a spread over nothing is nothing', [{ inputs: ['x', '...'] }], { inputs: ['x'] }],
  [
    'a spread in an option keeps what is there',
    [{ options: { env: { A: '1', B: '1' } } }, { options: { env: { A: '2', '...': true, B: '2' } } }],
    { options: { env: { A: '1', B: '2' } } },
  ],
  [
    'keys of a target before a spread give way',
    [
      { cache: true, inputs: ['a'] },
      { cache: false, outputs: [], '...': true, inputs: ['b'] },
    ],
    { cache: true, inputs: ['b'], outputs: [] },
  ],
  [
    'keys of options before a spread give way',
    [{ options: { a: 1, b: 1 } }, { options: { a: 2, '...': true, b: 2 } }],
    { options: { a: 1, b: 2 } },
  ],
  [
    'configurations before a spread give way',
    [{ configurations: { a: { x: 1 } } }, { configurations: { a: { x: 2 }, '...': true, b: { x: 2 } } }],
    { configurations: { a: { x: 1 }, b: { x: 2 } } },
  ],
])('%s', (_, layers, merged) => {
  expect(merge(...layers)).toEqual(merged);
});

test('each key remembers the layer that it comes from', () => {
  const merged = mergeTarget(
    mergeTarget(null, { cache: true, inputs: [] }, 'low'),
    { inputs: [], outputs: [] },
    'high',
  );
  const origins = ['cache', 'inputs', 'outputs', 'options'].map((key) => findOrigin(merged, key));
  expect(origins).toEqual(['low', 'high', 'high', undefined]);
});

test('command is short for nx:run-commands', () => {
  expect(expandCommand({ command: 'tsc', options: { cwd: 'x' }, cache: true })).toEqual({
    executor: 'nx:run-commands',
    options: { cwd: 'x', command: 'tsc' },
    cache: true,
  });
  expect(expandCommand({ executor: 'a' })).toEqual({ executor: 'a' });
});
