import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashWorld, inputsOf, type World } from '../fixtures/hash-world.ts';
import type { MemoryFile } from '../fixtures/memory-files.ts';
import type { JsonObject } from '../json.ts';
import type { InputDefinition } from '../project-graph/project.ts';

/** Everything that may differ between two runs, each part on its own. */
interface Parts {
  readonly files: Readonly<Record<string, MemoryFile>>;
  readonly below: Readonly<Record<string, MemoryFile>>;
  readonly options: JsonObject;
  readonly args: readonly string[];
  readonly outputs: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly runtime: string;
  readonly executor: string;
}

const short = fc.constantFrom('', 'a', 'b', 'ab', '1:a', 'a\n', '"', 'unset', '0#');
const content: fc.Arbitrary<MemoryFile> = fc.oneof(
  short,
  short.map((link) => ({ link })),
  short.map((executable) => ({ executable })),
);
const fileName = fc.constantFrom('a', 'b', 'a/b', 'ab', 'a b', '1:a');
const value = fc.oneof(short, fc.integer({ min: 0, max: 2 }), fc.boolean(), fc.array(short, { maxLength: 2 }));
const options = fc.dictionary(short, value, { maxKeys: 3, noNullPrototype: true }).map((one) => one as JsonObject);
const model = {
  files: fc.dictionary(fileName, content, { maxKeys: 3, noNullPrototype: true }),
  below: fc.dictionary(fileName, content, { maxKeys: 2, noNullPrototype: true }),
  options,
  args: fc.array(short, { maxLength: 3 }),
  outputs: fc.uniqueArray(short, { maxLength: 3 }).map((patterns) => patterns.sort()),
  env: fc.dictionary(fc.constantFrom('A', 'B'), short, { noNullPrototype: true }),
  runtime: short,
  executor: short,
};
const parts: fc.Arbitrary<Parts> = fc.record(model, { noNullPrototype: true });

const declared: readonly (string | InputDefinition)[] = [
  'default',
  '!{projectRoot}/none',
  { kind: 'env', name: 'A' },
  { kind: 'env', name: 'B' },
  { kind: 'runtime', command: 'node -v' },
];

function worldOf({ files, below, options: taskOptions, args, outputs, env, runtime, executor }: Parts): World {
  const placed = [
    ...Object.entries(files).map(([name, file]) => [`packages/web/${name}`, file] as const),
    ...Object.entries(below).map(([name, file]) => [`packages/ui/${name}`, file] as const),
  ];
  const definition = { inputs: inputsOf(...declared, '^default'), executor };
  return {
    projects: 'web -> ui',
    tasks: 'web:build -> ui:build',
    taskOverrides: { 'web:build': { options: taskOptions, args, outputs, definition } },
    files: Object.fromEntries(placed),
    env,
    runtime: { 'node -v': runtime },
  };
}

function hashOf(world: World): string {
  return hashWorld(world).details.get('web:build')!.hash;
}

test('hashes are equal exactly where all the parts are', () => {
  const which = fc.subarray(['files', 'below', 'options', 'args', 'outputs', 'env', 'runtime', 'executor'] as const);
  fc.assert(
    fc.property(parts, parts, which, (one, other, taken) => {
      const mixed: Parts = { ...one, ...Object.fromEntries(taken.map((part) => [part, other[part]])) };
      expect(hashOf(worldOf(mixed)) === hashOf(worldOf(one))).toBe(isDeepStrictEqual(mixed, one));
    }),
    { numRuns: 300 },
  );
});

function reverseKeys<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).reverse());
}

test('the order in which files, variables, options and inputs are given does not count', () => {
  fc.assert(
    fc.property(parts, fc.shuffledSubarray([...declared], { minLength: declared.length }), (one, shuffled) => {
      const world = worldOf(one);
      const task = world.taskOverrides!['web:build']!;
      const definition = { ...task.definition, inputs: inputsOf('^default', ...shuffled) };
      const reordered: World = {
        ...world,
        files: reverseKeys(world.files!),
        env: reverseKeys(world.env!),
        taskOverrides: { 'web:build': { ...task, options: reverseKeys(task.options!), definition } },
      };
      expect(hashOf(reordered)).toBe(hashOf(world));
    }),
  );
});

const projectName = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'web');
const arrows = fc.uniqueArray(fc.tuple(projectName, projectName), { maxLength: 12 });

function reach(edges: readonly (readonly [string, string])[], start: string): ReadonlySet<string> {
  const reached = new Set([start]);
  for (const node of reached) for (const [from, to] of edges) if (from === node) reached.add(to);
  return reached;
}

test('in any project graph, with circles too, exactly the files of projects that are reached count', () => {
  fc.assert(
    fc.property(arrows, projectName, (edges, edited) => {
      const projects = ['a', 'b', 'c', 'd', 'e', 'web', ...edges.map(([from, to]) => `${from} -> ${to}`)].join('\n');
      const hashWith = (text: string): string => hashOf({ projects, files: { [`packages/${edited}/x`]: text } });
      expect(hashWith('1') === hashWith('2')).toBe(!reach(edges, 'web').has(edited));
    }),
    { numRuns: 200 },
  );
});
