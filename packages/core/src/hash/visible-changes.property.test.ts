import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashWorld, inputsOf, type World } from '../fixtures/hash-world.ts';
import { asWorkspacePath } from '../ids.ts';
import type { ExternalPackage, Externals, InputDefinition } from '../project-graph/project.ts';

/** Projects below may be used by those above: `web` by none, `util` by all. */
const order = ['web', 'ui', 'util'] as const;
type Name = (typeof order)[number];

interface Declared {
  readonly src: boolean;
  readonly below: boolean;
  readonly shared: boolean;
  readonly env: boolean;
  readonly runtime: boolean;
  readonly packages: 'all' | 'none' | 'react';
}

interface Drawn {
  readonly uses: readonly (readonly [Name, Name])[];
  readonly declared: Readonly<Record<Name, Declared>>;
  readonly waits: boolean;
}

type Change =
  | {
      readonly kind: 'file';
      readonly project: Name;
      readonly file: 'src/a' | 'src/b/c' | 'README';
      readonly how: 'edit' | 'delete' | 'chmod';
    }
  | { readonly kind: 'shared' | 'env' | 'unset' | 'runtime' | 'bump' };

const declared = fc.record<Declared>({
  src: fc.boolean(),
  below: fc.boolean(),
  shared: fc.boolean(),
  env: fc.boolean(),
  runtime: fc.boolean(),
  packages: fc.constantFrom('all', 'none', 'react'),
});
const drawn: fc.Arbitrary<Drawn> = fc.record({
  uses: fc.subarray([
    ['web', 'ui'],
    ['web', 'util'],
    ['ui', 'util'],
  ] as const),
  declared: fc.record({ web: declared, ui: declared, util: declared }),
  waits: fc.boolean(),
});
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    kind: fc.constant('file' as const),
    project: fc.constantFrom(...order),
    file: fc.constantFrom('src/a' as const, 'src/b/c' as const, 'README' as const),
    how: fc.constantFrom('edit' as const, 'delete' as const, 'chmod' as const),
  }),
  fc.record({
    kind: fc.constantFrom('shared' as const, 'env' as const, 'unset' as const, 'runtime' as const, 'bump' as const),
  }),
);

function inputsFor(one: Declared): readonly InputDefinition[] {
  return inputsOf(
    ...(one.src ? ['{projectRoot}/src/**/*'] : []),
    ...(one.below ? ['^{projectRoot}/src/**/*'] : []),
    ...(one.shared ? ['{workspaceRoot}/shared.json'] : []),
    ...(one.env ? [{ kind: 'env', name: 'MODE' } as const] : []),
    ...(one.runtime ? [{ kind: 'runtime', command: 'node -v' } as const] : []),
    ...(one.packages === 'all'
      ? []
      : [{ kind: 'external', packages: one.packages === 'none' ? [] : ['react'] } as const]),
  );
}

function externalsWith(version: string): Externals {
  const make = (name: string, at: string, dependencies: readonly string[]): ExternalPackage => ({
    key: `${name}@${at}`,
    name,
    version: at,
    integrity: '',
    dependencies,
  });
  const packages = [make('react', '19.0.0', [`scheduler@${version}`]), make('scheduler', version, [])];
  const resolutions = new Map([[asWorkspacePath('packages/util'), new Map([['react', 'react@19.0.0']])]]);
  return { packages: new Map(packages.map((one) => [one.key, one])), resolutions, globalKey: '' };
}

function worldOf({ uses, declared: all, waits }: Drawn, changed: Change | null): World {
  const files: Record<string, string | { readonly executable: string }> = {
    'shared.json': changed?.kind === 'shared' ? '2' : '1',
  };
  for (const project of order)
    for (const file of ['src/a', 'src/b/c', 'README']) files[`packages/${project}/${file}`] = '1';
  if (changed?.kind === 'file') {
    const path = `packages/${changed.project}/${changed.file}`;
    if (changed.how === 'delete') delete files[path];
    else files[path] = changed.how === 'edit' ? '2' : { executable: '1' };
  }
  const tasks = order.map((project) => `${project}:build`);
  return {
    projects: [...order, ...uses.map(([from, to]) => `${from} -> ${to}`)].join('\n'),
    projectOverrides: { util: { externalDependencies: ['react'] } },
    tasks: [...tasks, ...(waits ? uses.map(([from, to]) => `${from}:build -> ${to}:build`) : [])].join('\n'),
    taskOverrides: Object.fromEntries(
      order.map((project) => [`${project}:build`, { definition: { inputs: inputsFor(all[project]) } }]),
    ),
    files,
    env: changed?.kind === 'unset' ? {} : { MODE: changed?.kind === 'env' ? '2' : '1' },
    runtime: { 'node -v': changed?.kind === 'runtime' ? '2' : '1' },
    externals: externalsWith(changed?.kind === 'bump' ? '0.2.0' : '0.1.0'),
  };
}

/** The project itself and all that it uses, directly or not. */
function reach(uses: Drawn['uses'], start: Name): ReadonlySet<Name> {
  const reached = new Set<Name>([start]);
  for (const name of reached) for (const [from, to] of uses) if (from === name) reached.add(to);
  return reached;
}

function sees({ uses, declared: all }: Drawn, task: Name, changed: Change): boolean {
  const one = all[task];
  switch (changed.kind) {
    case 'file': {
      if (changed.file === 'README') return false;
      return changed.project === task ? one.src : one.below && reach(uses, task).has(changed.project);
    }
    case 'shared':
      return one.shared;
    case 'env':
    case 'unset':
      return one.env;
    case 'runtime':
      return one.runtime;
    case 'bump':
      return one.packages === 'react' || (one.packages === 'all' && reach(uses, task).has('util'));
  }
}

test('one change of an input changes the hashes of exactly the tasks that can see it', () => {
  fc.assert(
    fc.property(drawn, change, (world, changed) => {
      const [before, after] = [hashWorld(worldOf(world, null)).details, hashWorld(worldOf(world, changed)).details];
      const hasOther = (task: Name): boolean => before.get(`${task}:build`)!.hash !== after.get(`${task}:build`)!.hash;
      const touched = new Set(order.filter((task) => sees(world, task, changed)));
      const expected = order.filter((task) =>
        [...(world.waits ? reach(world.uses, task) : [task])].some((name) => touched.has(name)),
      );
      expect(order.filter(hasOther)).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});
