import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawProjectGraph } from '../fixtures/draw-graphs.ts';
import { hashWorld, inputsOf, type World } from '../fixtures/hash-world.ts';
import { asWorkspacePath } from '../ids.ts';
import type { InputDefinition } from '../project-graph/project.ts';
import { indexUntouched } from './find-untouched.ts';
import { indexOutputs } from './index-outputs.ts';

/** Projects may use those behind them. One lies within another. */
const roots = { web: 'packages/web', part: 'packages/web/part', ui: 'packages/ui', util: 'packages/util' } as const;
type Name = keyof typeof roots;
const order = Object.keys(roots) as Name[];
const files = ['src/a', 'src/b/c', 'README', 'package.json'] as const;

const inputs: readonly (string | InputDefinition)[] = [
  '{projectRoot}/src/**/*',
  '!{projectRoot}/src/a',
  '^{projectRoot}/**/*',
  '{workspaceRoot}/shared.json',
  '{workspaceRoot}/packages/ui/src/*',
  '{workspaceRoot}/packages/{projectName}/README',
  '{projectRoot}/../ui/**/*',
  'named',
  '^named',
  { kind: 'json', pattern: '{projectRoot}/package.json', fields: null, excludeFields: [] },
  { kind: 'fileset', pattern: '{projectRoot}/**/*', of: { kind: 'projects', projects: ['util'] } },
  { kind: 'fileset', pattern: '{projectRoot}/README', of: { kind: 'self' }, includeIgnored: true },
  { kind: 'env', name: 'MODE' },
];

const drawn = fc.record({
  uses: fc.subarray(order.flatMap((from, index) => order.slice(index + 1).map((to) => [from, to] as const))),
  declared: fc.tuple(...order.map(() => fc.option(fc.subarray([...inputs], { maxLength: 3 }), { nil: null }))),
  named: fc.constantFrom('{projectRoot}/src/a', '{workspaceRoot}/shared.json', '{projectRoot}/**/*'),
  waits: fc.boolean(),
});
const changed = fc.oneof(
  fc.constant('shared.json'),
  fc
    .tuple(fc.constantFrom(...order), fc.constantFrom(...files, 'src/new'))
    .map(([name, file]) => `${roots[name]}/${file}`),
);

type Drawn = typeof drawn extends fc.Arbitrary<infer Value> ? Value : never;

function worldOf({ uses, declared, named, waits }: Drawn, paths: readonly string[]): World {
  const all = ['shared.json', ...order.flatMap((name) => files.map((file) => `${roots[name]}/${file}`))];
  const content = [...new Set([...all, ...paths])].map((path) => [path, paths.includes(path) ? '{"a":2}' : '{"a":1}']);
  return {
    projects: [...order, ...uses.map(([from, to]) => `${from} -> ${to}`)].join('\n'),
    projectOverrides: Object.fromEntries(
      order.map((name) => [name, { root: asWorkspacePath(roots[name]), namedInputs: { named: inputsOf(named) } }]),
    ),
    tasks: [
      ...order.map((name) => `${name}:build`),
      ...(waits ? uses.map(([a, b]) => `${a}:build -> ${b}:build`) : []),
    ].join('\n'),
    taskOverrides: Object.fromEntries(
      order.map((name, index) => {
        const own = declared[index] ?? null;
        return [`${name}:build`, { definition: { inputs: own === null ? null : inputsOf(...own) } }];
      }),
    ),
    files: Object.fromEntries(content) as Record<string, string>,
  };
}

test('the hash of a task that is untouched is what it was, whatever it and the others declare', () => {
  fc.assert(
    fc.property(drawn, fc.uniqueArray(changed, { minLength: 1, maxLength: 2 }), (world, paths) => {
      const [before, after] = [worldOf(world, []), worldOf(world, paths)].map(hashWorld);
      const { taskGraph } = before!;
      const graph = drawProjectGraph(worldOf(world, []).projects!, worldOf(world, []).projectOverrides);
      const find = indexUntouched({ graph, taskGraph, outputs: indexOutputs(taskGraph), commonInputs: [] });
      for (const id of find(paths.map(asWorkspacePath), [])) {
        expect(after!.details.get(id)!.hash, `${id} after ${paths.join()}`).toBe(before!.details.get(id)!.hash);
      }
    }),
    { numRuns: 500 },
  );
});
