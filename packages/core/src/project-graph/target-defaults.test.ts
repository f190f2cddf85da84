import { expect, test } from 'vitest';
import { drawContribution, drawGraph, drawGraphWithProblems, targetOf } from '../fixtures/draw-workspace.ts';
import type { JsonObject } from '../json.ts';

/** What `build` of a project becomes, given its own configuration and the workspace's defaults. */
function build(own: unknown, targetDefaults: JsonObject, more = {}) {
  return targetOf(drawGraph({ web: { targets: { build: own }, ...more } }, { targetDefaults }), 'web', 'build');
}

const vite = { executor: '@nx/vite:build' };

test('defaults lie under what a project says and over what a plugin infers', () => {
  expect(build({ ...vite, cache: false }, { build: { cache: true } })?.cache).toBe(false);
  expect(build({ ...vite, cache: false }, { build: { cache: true } }, { layer: 'inferred' })?.cache).toBe(true);
  expect(build({ ...vite }, { build: { cache: true } }, { layer: 'complete' })?.cache).toBe(false);
});

test.each<[string, JsonObject, boolean]>([
  ['the name', { build: { cache: true } }, true],
  ['the executor', { '@nx/vite:build': { cache: true } }, true],
  ['the executor before the name', { build: { cache: false }, '@nx/vite:build': { cache: true } }, true],
  ['the name before a glob', { 'b*': { cache: false }, build: { cache: true } }, true],
  ['the longest glob', { 'b*': { cache: false }, 'buil*': { cache: true } }, true],
  ['another executor', { '@nx/jest:jest': { cache: true } }, false],
  ['only one key', { '@nx/vite:build': { inputs: ['x'] }, build: { cache: true } }, false],
])('a key is chosen by %s', (_, defaults, cache) => {
  expect(build(vite, defaults)?.cache).toBe(cache);
});

test.each<[string, JsonObject, boolean]>([
  ['without a filter', { cache: true }, true],
  ['by project name', { filter: { projects: ['web'] }, cache: true }, true],
  ['by tag', { filter: { projects: ['tag:app'] }, cache: true }, true],
  ['by other projects', { filter: { projects: ['api'] }, cache: true }, false],
  ['by exclusion', { filter: { projects: ['!web'] }, cache: true }, false],
  ['by executor', { filter: { executor: '@nx/vite:build' }, cache: true }, true],
  ['by another executor', { filter: { executor: 'x' }, cache: true }, false],
  ['by all criteria at once', { filter: { projects: ['web'], executor: 'x' }, cache: true }, false],
  ['by an Nx plugin, which Larder does not know', { filter: { plugin: '@nx/vite' }, cache: true }, false],
])('an entry applies %s', (_, entry, cache) => {
  expect(build(vite, { build: [entry] }, { tags: ['app'] })?.cache).toBe(cache);
});

test('entries of a key apply in order, and a key without any that fits is passed over', () => {
  const entries = [
    { cache: true, inputs: ['a'] },
    { filter: { projects: ['web'] }, inputs: ['b', '...'] },
  ];
  expect(build(vite, { build: entries })).toMatchObject({
    cache: true,
    inputs: [
      { kind: 'named', name: 'b' },
      { kind: 'named', name: 'a' },
    ],
  });
  const passedOver = { '@nx/vite:build': [{ filter: { projects: ['api'] } }], build: { cache: true } };
  expect(build(vite, passedOver)?.cache).toBe(true);
});

test('a spread in a project keeps the defaults', () => {
  const target = build({ ...vite, dependsOn: ['...', 'gen'] }, { build: { dependsOn: ['^build'] } });
  expect(target?.dependsOn.map(({ target: name }) => name)).toEqual(['build', 'gen']);
});

test('defaults never change what a target runs', () => {
  expect(build(vite, { build: { executor: 'x', cache: true } })).toMatchObject({
    executor: '@nx/vite:build',
    cache: false,
  });
  expect(build({ command: 'mine' }, { build: { command: 'theirs', cache: true } })).toMatchObject({
    executor: 'nx:run-commands',
    options: { command: 'mine' },
    cache: true,
  });
});

test('defaults may say how a target runs that does not say so itself', () => {
  expect(build({}, { build: { command: 'tsc', cache: true } })).toMatchObject({
    executor: 'nx:run-commands',
    options: { command: 'tsc' },
    cache: true,
  });
});

test('defaults still apply where a project replaces what a plugin infers', () => {
  const inferred = drawContribution({
    web: { layer: 'inferred', targets: { build: { command: 'a', inputs: ['old'] } } },
  });
  const explicit = drawContribution({ web: { targets: { build: { command: 'b' } } } });
  const [graph] = drawGraphWithProblems([inferred, explicit], { targetDefaults: { build: { cache: true } } });
  expect(targetOf(graph, 'web', 'build')).toMatchObject({ options: { command: 'b' }, cache: true, inputs: null });
});

test('a workspace without a configuration file has the documented defaults, one with a file has none', () => {
  const scripts = ['build', 'test', 'lint', 'typecheck', 'check-types', 'compile', 'dev', 'deploy'];
  const targets = Object.fromEntries(
    scripts.map((script) => [script, { executor: 'nx:run-script', options: { script } }]),
  );
  const summary = (file: null | undefined) => {
    const graph = drawGraph({ web: { targets } }, file === null ? { file } : {});
    return scripts.map((script) => {
      const target = targetOf(graph, 'web', script);
      const waits = (target?.dependsOn ?? []).map((one) => `${one.of.kind} ${one.target}`);
      return `${script} ${String(target?.cache)} ${waits.join()}`.trim();
    });
  };
  expect(summary(null)).toEqual([
    'build true dependencies build',
    'test true',
    'lint true',
    'typecheck true',
    'check-types true',
    'compile true',
    'dev false',
    'deploy false',
  ]);
  expect(summary(undefined)).toEqual(scripts.map((script) => `${script} false`));
});
