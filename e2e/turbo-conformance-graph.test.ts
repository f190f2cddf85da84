import { expect, test } from 'vitest';
import { larderPlan } from './support/compare-plans.ts';
import { commitAll, writeFiles } from './support/make-workspace.ts';
import { larder } from './support/run-larder.ts';
import { turboPlan } from './support/run-turbo.ts';
import { makeTurboRepository, type TurboPackageTree } from './support/turbo-repository.ts';

type Repository = readonly [
  name: string,
  turbo: object,
  packages: Readonly<Record<string, TurboPackageTree>>,
  targets: string,
];

const row: Readonly<Record<string, TurboPackageTree>> = {
  core: { scripts: 'build test lint' },
  lib: { scripts: 'lint', deps: ['core'] },
  web: { scripts: 'build test lint', deps: ['lib'], folder: 'apps/web' },
};

const repositories: readonly Repository[] = [
  [
    '^ and plain names',
    { tasks: { build: { dependsOn: ['^build'] }, test: { dependsOn: ['build'] } } },
    row,
    'build test',
  ],
  ['no dependsOn', { tasks: { build: {}, lint: {} } }, row, 'build lint'],
  [
    'package#task as a key',
    { tasks: { build: { dependsOn: ['^build'] }, 'web#build': { dependsOn: [] } } },
    row,
    'build',
  ],
  ['package#task in dependsOn', { tasks: { build: {}, lint: { dependsOn: ['core#build'] } } }, row, 'lint'],
  ['transit nodes', { tasks: { transit: { dependsOn: ['^transit'] }, lint: { dependsOn: ['transit'] } } }, row, 'lint'],
  [
    'scripts that some packages lack',
    {
      tasks: {
        build: { dependsOn: ['^build'] },
        test: { dependsOn: ['build', 'lint'] },
        lint: { dependsOn: ['^lint'] },
      },
    },
    row,
    'test',
  ],
  ['root tasks', { tasks: { build: { dependsOn: ['//#format'] }, '//#format': {} } }, row, 'build'],
  ['root tasks by their name', { tasks: { format: {}, '//#format': {} } }, row, 'format'],
  [
    'package configurations',
    { tasks: { build: { dependsOn: ['^build'] }, test: {} } },
    { ...row, web: { ...row['web']!, turbo: { extends: ['//'], tasks: { build: { dependsOn: ['test'] } } } } },
    'build',
  ],
  [
    '$TURBO_EXTENDS$',
    { tasks: { build: { dependsOn: ['^build'] }, test: {} } },
    {
      ...row,
      web: { ...row['web']!, turbo: { extends: ['//'], tasks: { build: { dependsOn: ['$TURBO_EXTENDS$', 'test'] } } } },
    },
    'build',
  ],
  [
    'a package that extends another',
    { tasks: { build: { dependsOn: ['^build'] }, test: {}, lint: {} } },
    {
      ...row,
      core: { ...row['core']!, turbo: { extends: ['//'], tasks: { build: { dependsOn: ['lint'] } } } },
      web: { ...row['web']!, turbo: { extends: ['//', 'core'], tasks: {} } },
    },
    'build',
  ],
  [
    'a task that a package opts out of',
    { tasks: { build: {}, lint: {}, test: { dependsOn: ['lint'] } } },
    { ...row, lib: { ...row['lib']!, turbo: { extends: ['//'], tasks: { lint: { extends: false } } } } },
    'lint',
  ],
  [
    'a task that only a package defines',
    { tasks: { build: { dependsOn: ['^build'] } } },
    {
      ...row,
      web: { ...row['web']!, turbo: { extends: ['//'], tasks: { build: { dependsOn: ['lint'] }, lint: {} } } },
    },
    'build',
  ],
  [
    'companions of persistent tasks',
    {
      tasks: {
        dev: { persistent: true, cache: false, with: ['core#serve'] },
        'core#serve': { persistent: true, cache: false },
      },
    },
    { core: { scripts: 'serve' }, web: { scripts: 'dev', deps: ['core'] } },
    'dev',
  ],
  [
    'names with colons',
    { tasks: { 'build:prod': { dependsOn: ['^build:prod', 'gen:x'] }, 'gen:x': {} } },
    { core: { scripts: 'build:prod gen:x' }, web: { scripts: 'build:prod', deps: ['core'] } },
    'build:prod',
  ],
  [
    'scoped names',
    { tasks: { build: { dependsOn: ['^build', '@acme/core#gen'] }, gen: {} } },
    {
      '@acme/core': { folder: 'packages/core', scripts: 'build gen' },
      '@acme/web': { folder: 'apps/web', deps: ['@acme/core'] },
    },
    'build',
  ],
  [
    'packages that depend on each other',
    { tasks: { build: {}, test: { dependsOn: ['^build'] } } },
    { core: { scripts: 'build test', deps: [] }, web: { scripts: 'build test', deps: ['core'] } },
    'test',
  ],
  [
    'global configuration under "global"',
    {
      futureFlags: { globalConfiguration: true },
      global: { env: ['A'], inputs: ['x.txt'] },
      tasks: { build: { dependsOn: ['^build'] } },
    },
    row,
    'build',
  ],
];

/** What both tools agree on: tasks that run something, and those without a script that pass edges on. */
async function graphsOfBoth(root: string, targets: readonly string[]): Promise<readonly object[]> {
  const [ofTurbo, ofLarder] = await Promise.all([turboPlan(root, targets), larderPlan(root, ['-t', ...targets])]);
  if (ofTurbo === null) throw new Error('turbo refuses the repository');
  const isNode = (id: string): boolean => ofTurbo.tasks.get(id)?.runs === true || ofLarder.has(id);
  const expected = [...ofTurbo.tasks].filter(([id]) => isNode(id));
  const toEntry = ([id, { dependsOn }]: readonly [string, { readonly dependsOn: readonly string[] }]) =>
    [id, dependsOn.filter(isNode)] as const;
  return [Object.fromEntries([...ofLarder].map(toEntry)), Object.fromEntries(expected.map(toEntry))];
}

test.each(repositories)('%s: the same tasks and edges', async (_, turbo, packages, targets) => {
  const root = makeTurboRepository(turbo, packages);
  const [ofLarder, ofTurbo] = await graphsOfBoth(root, targets.split(' '));
  expect(ofLarder).toEqual(ofTurbo);
});

test('outputs, cache and persistence are the same', async () => {
  const tasks = {
    build: { outputs: ['dist/**', '!dist/cache/**', '../../shared/**', '$TURBO_ROOT$/out/**'] },
    test: { cache: false },
    lint: { persistent: true, cache: false },
    'core#test': { outputs: ['coverage'] },
  };
  const root = makeTurboRepository({ tasks }, { core: row['core']! });
  const plan = await turboPlan(root, ['build', 'test', 'lint']);
  for (const [id, task] of plan?.tasks ?? []) {
    const shown = await larder(root, ['show', 'project', 'core', '--json']);
    const project = JSON.parse(shown.stdout) as { readonly targets: Record<string, Record<string, unknown>> };
    const target = project.targets[id.split(':')[1]!]!;
    expect([id, toTurboOutputs(target['outputs'] as readonly string[])]).toEqual([id, task.outputs]);
    expect([id, target['continuous'] ?? false]).toEqual([id, task.persistent]);
    expect([id, target['cache'] ?? false]).toEqual([id, task.cache]);
  }
});

/** An exclusion takes the contents of a folder with it, which turbo leaves unsaid. */
function toTurboOutputs(outputs: readonly string[]): readonly string[] {
  return outputs.map((output) => output.replace('{projectRoot}/', '').replace('{workspaceRoot}/', '../../')).sort();
}

const filters: readonly (readonly string[])[] = [
  ['web'],
  ['w*'],
  ['...core'],
  ['...^core'],
  ['web...'],
  ['web^...'],
  ['./apps/*'],
  ['{./apps/*}'],
  ['{apps/web}'],
  ['./apps/web...'],
  ['...{./packages/core}'],
  ['w*{./apps/*}'],
  ['!web'],
  ['!web', '!lib'],
  ['web', '!web'],
  ['...lib...'],
  ['{packages/*}...'],
  ['./packages/../apps/*'],
  ['tag:front'],
  ['...tag:front'],
  ['noth*'],
  ['core', 'web'],
  ['@scope/*'],
  ['*', '!...lib'],
  ['[HEAD]'],
  ['...[HEAD]'],
  ['[HEAD]...'],
  ['web...[HEAD]'],
  ['{./apps/*}...[HEAD]'],
  ['{./apps/*}[HEAD]'],
  ['lib[HEAD]'],
  ['...lib[HEAD]'],
  ['[HEAD...HEAD]'],
  ['[main~1...HEAD]'],
  ['web', '[HEAD]'],
  ['!lib', '[HEAD]'],
  ['[main~1]'],
];

test('the same packages for every form of --filter', async () => {
  // A task that waits for nothing runs on the selected packages and on no other.
  const root = makeTurboRepository(
    { tasks: { build: {} } },
    {
      core: {},
      lib: { deps: ['core'] },
      web: { deps: ['lib'], folder: 'apps/web', turbo: { extends: ['//'], tags: ['front'] } },
      '@scope/tool': { folder: 'packages/tool' },
    },
  );
  writeFiles(root, { 'packages/core/src/new.txt': 'x' });
  commitAll(root, 'second');
  writeFiles(root, { 'packages/lib/src/a.txt': 'changed' });
  const differences: unknown[] = [];
  for (const filter of filters) {
    const flags = filter.flatMap((one) => [`--filter=${one}`]);
    const [ofTurbo, ofLarder] = await Promise.all([
      turboPlan(root, ['build', ...flags]),
      larderPlan(root, ['-t', 'build', ...flags]),
    ]);
    const theirs = (ofTurbo?.packages ?? []).filter((name) => name !== '//').sort();
    const own = [...ofLarder.keys()].map((id) => id.slice(0, -':build'.length)).sort();
    if (own.join() !== theirs.join()) differences.push({ filter, own, theirs });
  }
  expect(differences).toEqual([]);
});

test('what is no filter, or names nothing, is refused by both', async () => {
  const root = makeTurboRepository({ tasks: { build: {} } }, row);
  for (const filter of ['nobody', 'tool', './nowhere', '{}', '[]', '......[main]', '[nosuchref]']) {
    expect([filter, await turboPlan(root, ['build', `--filter=${filter}`])]).toEqual([filter, null]);
    const refused = await larder(root, ['run-many', '-t', 'build', `--filter=${filter}`]);
    expect([filter, refused.exitCode]).toEqual([filter, 2]);
  }
});
