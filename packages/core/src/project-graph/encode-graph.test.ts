import { expect, test } from 'vitest';
import { drawContribution, drawGraphWithProblems } from '../fixtures/draw-workspace.ts';
import { asWorkspacePath } from '../ids.ts';
import { decodeGraph, encodeGraph } from './encode-graph.ts';

const root = asWorkspacePath('packages/app');
const zod = { key: 'zod@4.0.0', name: 'zod', version: '4.0.0', integrity: 'sha512-x', dependencies: [] };

const [graph] = drawGraphWithProblems([
  drawContribution(
    {
      app: {
        deps: 'lib zod',
        tags: ['scope:app', 'é\u2028'],
        namedInputs: { production: ['{projectRoot}/src/**', '!{projectRoot}/**/*.test.ts'] },
        targets: {
          build: {
            command: 'tsc',
            dependsOn: ['^build'],
            inputs: ['production', { env: 'CI' }],
            outputs: ['{projectRoot}/dist'],
            cache: true,
          },
          serve: {
            executor: 'acme:serve',
            continuous: true,
            options: JSON.parse('{"__proto__": {"a": 1}, "port": 0}'),
          },
        },
      },
      lib: { targets: { build: { command: 'tsc', cache: true, retries: 2, weight: 2, mutex: 'db' } } },
      lone: { packageName: null },
    },
    {
      externals: {
        packages: new Map([[zod.key, zod]]),
        resolutions: new Map([[root, new Map([['zod', zod.key]])]]),
        globalKey: 'patches',
      },
    },
  ),
]);

test('a graph comes back as it was, with the places of its targets and keys in their order', () => {
  const decoded = decodeGraph(encodeGraph(graph));
  expect(decoded).toStrictEqual(graph);
  expect(encodeGraph(decoded)).toBe(encodeGraph(graph));
});

test('what projects have in common stands once', () => {
  const targets = { build: { command: 'tsc --build --verbose', inputs: ['default', '^default'] } };
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`lib-${index}`, { targets }]));
  const [large] = drawGraphWithProblems([drawContribution(many)]);
  expect(encodeGraph(large).split('tsc --build --verbose')).toHaveLength(2);
});

test('tasks of projects that have everything in common are told apart', () => {
  const targets = { build: { command: 'tsc' } };
  const [same] = drawGraphWithProblems([drawContribution({ a: { targets }, b: { targets } })]);
  const [a, b] = [...decodeGraph(encodeGraph(same)).projects.values()].map((project) => project.targets.get('build'));
  expect(a).toEqual({ ...b, location: a?.location });
  expect(a).not.toBe(b);
});
