import { expect, test } from 'vitest';
import type { JsonObject } from '@larder/core';
import { isAdoptable, planAdoption, type TargetFacts } from './find-adoptions.ts';

const facts = (part: Partial<TargetFacts>): TargetFacts => ({
  name: 'build',
  resolved: { executor: '@nx/js:tsc', cache: true, inputs: ['default'], options: { main: 'a.ts' } },
  entry: { executor: '@nx/js:tsc', options: { main: 'a.ts' } },
  defaults: { build: { cache: true, inputs: ['default'] } },
  path: ['targets', 'build'],
  isScript: false,
  ...part,
});

test.each([
  [{ executor: 'x', cache: true }, true],
  [{ executor: 'x', cache: false }, false],
  [{ executor: 'x', cache: true, continuous: true }, false],
  [{ executor: 'x', cache: true, parallelism: false }, false],
  [{ executor: 'nx:noop', cache: true }, false],
  [{ executor: '@larder/nx:run', cache: true }, false],
])('of %j it is %s that Larder takes it over', (target, expected) => {
  expect(isAdoptable(target)).toBe(expected);
});

test('what Nx finds again for any executor is not written down', () => {
  expect(planAdoption(facts({}))?.fill).toEqual({});
});

test.each([
  ['defaults are for its executor', { '@nx/js:tsc': { inputs: ['default'] } }],
  ['defaults name an executor', { build: { executor: '@nx/js:tsc', inputs: ['default'] } }],
  ['defaults are a list', [{ target: 'build', inputs: ['default'] }]],
])('where %s, what they say is written down', (_, defaults) => {
  expect(planAdoption(facts({ defaults }))?.fill).toEqual({ inputs: ['default'] });
});

test('an inferred target is written down whole, a script by its name', () => {
  const resolved = { executor: 'nx:run-commands', options: { command: 'vite', cwd: 'a' }, metadata: { by: 'vite' } };
  expect(planAdoption(facts({ entry: undefined, resolved }))?.fill).toEqual({
    options: { command: 'vite', cwd: 'a' },
    metadata: { by: 'vite' },
  });
  const ofScript = { executor: 'nx:run-script', options: { script: 'build' }, metadata: { scriptContent: 'tsc' } };
  expect(planAdoption(facts({ entry: undefined, resolved: ofScript, isScript: true }))?.fill).toEqual({
    options: { script: 'build' },
  });
});

test.each<[string, JsonObject, JsonObject]>([
  ['inputs', { inputs: ['...', 'a'] }, { inputs: ['default', 'a'] }],
  ['a target', { '...': true, inputs: ['a'] }, { inputs: ['a'], options: { main: 'a.ts' } }],
  ['an option', { options: { main: ['...', 'b.ts'] } }, { options: { main: ['a.ts', 'b.ts'] } }],
  ['a configuration', { configurations: { ci: { a: 1 } } }, { configurations: { ci: { a: 1, b: 2 } } }],
])('what another executor would not find below is written down: %s', (_, own, resolved) => {
  const entry = { executor: '@nx/js:tsc', ...own };
  const merged = { executor: '@nx/js:tsc', cache: true, ...resolved };
  expect(planAdoption(facts({ entry, resolved: merged, defaults: {} }))?.fill).toEqual(resolved);
});

test('a configuration that stands whole in the entry is not written down', () => {
  const configurations = { ci: { a: 1 }, dev: {} };
  const resolved = { executor: '@nx/js:tsc', cache: true, configurations };
  expect(planAdoption(facts({ entry: { configurations }, resolved, defaults: {} }))?.fill).toEqual({});
});

test.each<[string, JsonObject, boolean]>([
  ['nothing more', { build: { inputs: ['a'], options: { main: 'b.ts' } } }, true],
  ['outputs', { build: { outputs: ['{projectRoot}/dist'] } }, false],
  ['an option', { build: { options: { other: 1 } } }, false],
  ['what another executor is for', { build: { executor: 'x', outputs: [] } }, true],
  ['outputs, by a pattern', { 'b*': { dependsOn: ['^build'] }, 'bu*': { outputs: ['a'] } }, false],
  ['nothing, where a shorter pattern has more', { 'b*': { dependsOn: ['^build'] }, 'bu*': { inputs: ['a'] } }, true],
])('where defaults of its name, which its executor keeps away, have %s', (_, others, isAdopted) => {
  const defaults = { '@nx/js:tsc': { cache: true, inputs: ['default'] }, ...others };
  expect(planAdoption(facts({ defaults })) !== null).toBe(isAdopted);
});
