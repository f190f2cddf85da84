import { chmodSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changedTasks, hashesOfBoth } from './support/compare-plans.ts';
import { git, writeFiles } from './support/make-workspace.ts';
import { makeTurboRepository } from './support/turbo-repository.ts';

const targets = ['build', 'gen', 'test', 'lint', 'check', 'format'];

const turboJson = {
  globalDependencies: ['global.txt', '.env'],
  globalEnv: ['REGION', 'ZONE_*', '!ZONE_HIDDEN'],
  globalPassThroughEnv: ['PASS_*'],
  tasks: {
    build: { dependsOn: ['^build', 'gen'], outputs: ['dist/**', '!dist/cache/**'], env: ['API_*', '!API_HIDDEN'] },
    gen: { inputs: ['schema/**'], outputs: ['generated/**'] },
    test: { dependsOn: ['build'], inputs: ['$TURBO_DEFAULT$', '!README.md'] },
    lint: { inputs: ['src/**', '$TURBO_ROOT$/lint.config.js'] },
    transit: { dependsOn: ['^transit'] },
    check: { dependsOn: ['transit'], inputs: ['src/**/*.txt', '.env*'] },
    'docs#build': { inputs: ['pages/**'], outputs: ['site/**'] },
    '//#format': { inputs: ['*.json'] },
  },
};

const ignoredFiles = {
  '.env': 'E=1',
  'apps/web/.env.local': 'A=1',
  'apps/web/src/local.log': 'l',
  'packages/core/dist/out.txt': 'old',
};

/** `core` <- `ui` <- `web`, `core` <- `lib` <- `web`, and `docs` by itself. */
function makeRepository(): string {
  return makeTurboRepository(
    turboJson,
    {
      core: { scripts: 'build gen test lint check', files: { 'schema/s.txt': 's' } },
      ui: {
        scripts: 'build test lint check',
        deps: ['core'],
        turbo: { extends: ['//'], tasks: { build: { outputs: ['lib/**'], env: ['$TURBO_EXTENDS$', 'UI_MODE'] } } },
      },
      lib: { scripts: 'lint', deps: ['core'] },
      web: {
        folder: 'apps/web',
        scripts: 'build test lint check',
        deps: ['ui', 'lib'],
        externals: { vite: '7.0.0' },
      },
      docs: {
        folder: 'apps/docs',
        scripts: 'build lint',
        externals: { marked: '1.0.0' },
        files: { 'pages/p.md': 'p' },
      },
    },
    {
      'global.txt': 'g',
      ...ignoredFiles,
      'lint.config.js': '1',
      'other.txt': 'o',
      'fixtures/sample/package.json': { name: 'sample', scripts: { build: 'echo sample' } },
    },
  );
}

/** Why Larder re-runs a task that turbo does not, or the other way round: each stands in docs/compatibility.md. */
type Reason = 'executable bit' | 'untracked symlink' | 'declaration without effect' | 'package configuration';

interface Edit {
  readonly name: string;
  readonly edit: (root: string) => void;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** The package whose files change: what depends on it re-runs in Larder, whether or not a task's `^` leads there. */
  readonly source?: string;
  readonly more?: Reason;
  readonly fewer?: Reason;
}

const dependents: Readonly<Record<string, readonly string[]>> = {
  core: ['ui', 'lib', 'web'],
  ui: ['web'],
  lib: ['web'],
};

const nothing = (): void => {};
const write =
  (path: string, content: string | object) =>
  (root: string): void =>
    writeFiles(root, { [path]: content });
const change =
  (path: string, from: string, to: string) =>
  (root: string): void => {
    const text = readFileSync(join(root, path), 'utf8');
    if (!text.includes(from)) throw new Error(`${path} does not hold ${from}`);
    writeFiles(root, { [path]: text.replace(from, to) });
  };

const edits: readonly Edit[] = [
  { name: 'a source of the first package', edit: write('packages/core/src/a.txt', 'x'), source: 'core' },
  { name: 'a source of the last package', edit: write('apps/web/src/a.txt', 'x') },
  { name: 'a source in the middle', edit: write('packages/ui/src/a.txt', 'x'), source: 'ui' },
  { name: 'a source of a package without the script', edit: write('packages/lib/src/a.txt', 'x'), source: 'lib' },
  { name: 'a README', edit: write('packages/core/README.md', 'x'), source: 'core' },
  { name: 'a new file', edit: write('packages/core/src/new.txt', 'x'), source: 'core' },
  { name: 'a new file in a new folder', edit: write('packages/core/src/deep/er/new.txt', 'x'), source: 'core' },
  { name: 'a file gone', edit: (root) => rmSync(join(root, 'packages/core/src/b.txt')), source: 'core' },
  {
    name: 'a file renamed',
    edit: (root) => renameSync(join(root, 'packages/core/src/b.txt'), join(root, 'packages/core/src/c.txt')),
    source: 'core',
  },
  {
    name: 'a file moved to another package',
    edit: (root) => renameSync(join(root, 'packages/core/src/b.txt'), join(root, 'packages/ui/src/c.txt')),
    source: 'core',
  },
  {
    name: 'two files trading contents',
    edit: (root) => writeFiles(root, { 'apps/web/src/a.txt': 'web b\n', 'apps/web/src/b.txt': 'web a\n' }),
  },
  {
    name: 'the executable bit',
    edit: (root) => chmodSync(join(root, 'apps/web/src/a.txt'), 0o755),
    more: 'executable bit',
  },
  {
    name: 'a symlink',
    more: 'untracked symlink',
    edit: (root) => symlinkSync('a.txt', join(root, 'apps/web/src/link.txt')),
  },
  { name: 'an emptied file', edit: write('apps/web/src/a.txt', '') },
  { name: 'the time of a file', edit: (root) => utimesSync(join(root, 'apps/web/src/a.txt'), 1, 1) },
  { name: 'a script', edit: change('apps/web/package.json', 'echo web build', 'echo other') },
  { name: 'a version in a manifest', edit: change('apps/web/package.json', '1.0.0', '1.0.1') },
  { name: 'a new script', edit: change('apps/web/package.json', '"scripts": {', '"scripts": { "x": "x",') },
  {
    name: 'a new edge between packages',
    edit: change('apps/docs/package.json', '"dependencies": {', '"dependencies": { "core": "*",'),
  },
  { name: 'an input of one task only', edit: write('packages/core/schema/s.txt', 'x'), source: 'core' },
  { name: 'a file that an input names', edit: write('apps/docs/pages/p.md', 'x') },
  { name: 'a file that no input names', edit: write('apps/docs/src/a.txt', 'x') },
  { name: 'a global dependency', edit: write('global.txt', 'x') },
  { name: 'an ignored global dependency', edit: write('.env', 'E=2') },
  { name: 'an ignored file that an input names', edit: write('apps/web/.env.local', 'A=2') },
  {
    name: 'a new ignored file that an input names',
    edit: write('packages/core/.env.production', 'A=2'),
    source: 'core',
  },
  { name: 'an ignored file that a folder input names', edit: write('apps/web/src/local.log', 'x') },
  { name: 'an output', edit: write('packages/core/dist/out.txt', 'x') },
  { name: 'a file of the root that an input names', edit: write('lint.config.js', '2') },
  { name: 'a file of the root that nothing names', edit: write('other.txt', 'x') },
  { name: 'a new json in the root', edit: write('tsconfig.json', '{}') },
  { name: "a fixture's manifest", edit: write('fixtures/sample/package.json', { name: 'sample2' }) },
  {
    name: 'outputs in the root configuration',
    edit: change('turbo.json', '"!dist/cache/**"', '"!dist/tmp/**"'),
  },
  {
    name: 'env in the root configuration',
    fewer: 'declaration without effect',
    edit: change('turbo.json', '"API_*"', '"APP_*"'),
    env: { API_A: '1' },
  },
  {
    name: 'a description in the root configuration',
    edit: change('turbo.json', '"gen": {', '"gen": { "description": "d",'),
  },
  {
    name: 'outputLogs in the root configuration',
    edit: change('turbo.json', '"gen": {', '"gen": { "outputLogs": "none",'),
  },
  {
    name: "outputs in a package's configuration",
    fewer: 'package configuration',
    edit: change('packages/ui/turbo.json', 'lib/**', 'lib2/**'),
    source: 'ui',
  },
  { name: 'a comment in the root configuration', edit: change('turbo.json', '{', '{ // why\n') },
  {
    name: 'a key of the root manifest',
    edit: change('package.json', '"private": true', '"private": true, "description": "d"'),
  },
  { name: 'a script of the root', edit: change('package.json', 'echo format', 'echo formatted') },
  {
    name: 'a new version of an external package',
    edit: (root) => {
      change('package-lock.json', 'sha512-marked-1.0.0', 'sha512-marked-1.0.1')(root);
      change(
        'package-lock.json',
        '"node_modules/marked": {\n      "version": "1.0.0"',
        '"node_modules/marked": {\n      "version": "1.0.1"',
      )(root);
    },
  },
  { name: 'a declared variable', edit: nothing, env: { API_URL: 'x' } },
  { name: 'a variable that is taken away', edit: nothing, env: { API_HIDDEN: 'x' } },
  { name: "a variable of one package's configuration", edit: nothing, env: { UI_MODE: 'x' } },
  { name: 'a global variable', edit: nothing, env: { REGION: 'eu' } },
  { name: 'a global variable by wildcard', edit: nothing, env: { ZONE_A: 'x' } },
  { name: 'a global variable that is taken away', edit: nothing, env: { ZONE_HIDDEN: 'x' } },
  { name: 'a variable that is passed through', edit: nothing, env: { PASS_A: 'x' } },
  { name: 'a variable that a framework builds in', edit: nothing, env: { VITE_KEY: 'x' } },
  { name: 'a variable that nobody declares', edit: nothing, env: { UNDECLARED: 'x' } },
  { name: 'a variable that is set to nothing', edit: nothing, env: { API_URL: '' } },
  { name: 'arguments', edit: nothing, args: ['--', '--watch'] },
];

test('the same tasks run again after every kind of edit', async () => {
  const root = makeRepository();
  const before = await hashesOfBoth(root, { targets });
  expect([...before.larder.keys()].sort()).toEqual([...before.turbo.keys()].sort());
  const differences: unknown[] = [];
  for (const edit of edits) {
    edit.edit(root);
    const after = await hashesOfBoth(root, { targets, args: edit.args ?? [] }, edit.env);
    restore(root);
    const difference = compare(
      edit,
      changedTasks(before.turbo, after.turbo),
      changedTasks(before.larder, after.larder),
    );
    if (difference !== null) differences.push(difference);
  }
  expect(differences).toEqual([]);
});

function restore(root: string): void {
  git(root, 'checkout', '-q', '.');
  git(root, 'clean', '-fdxq', '-e', '.turbo', '-e', '.larder');
  writeFiles(root, ignoredFiles);
}

/** Null where both agree, or differ as `Edit` says. */
function compare(
  { name, source, more, fewer }: Edit,
  inTurbo: readonly string[],
  inLarder: readonly string[],
): object | null {
  const fromSource = (id: string): boolean => (dependents[source ?? ''] ?? []).includes(id.split(':')[0]!);
  const extra = inLarder.filter((id) => !inTurbo.includes(id) && !fromSource(id));
  const missing = inTurbo.filter((id) => !inLarder.includes(id));
  const expected = extra.length > 0 === (more !== undefined) && missing.length > 0 === (fewer !== undefined);
  return expected ? null : { name, extra, missing };
}

/** A dependency that tells a framework, and a variable that it builds into its output. */
const frameworks: readonly (readonly [dependency: string, variable: string])[] = [
  ['next', 'NEXT_PUBLIC_A'],
  ['vite', 'VITE_A'],
  ['react-scripts', 'REACT_APP_A'],
  ['gatsby', 'GATSBY_A'],
  ['nuxt', 'NUXT_A'],
  ['nuxt3', 'NUXT_ENV_A'],
  ['expo', 'EXPO_PUBLIC_A'],
  ['astro', 'PUBLIC_A'],
  ['@sveltejs/kit', 'PUBLIC_A'],
  ['@remix-run/dev', 'REMIX_A'],
  ['@redwoodjs/core', 'REDWOOD_ENV_A'],
  ['@sanity/cli', 'SANITY_STUDIO_A'],
];

test('the variables of a framework count for the packages that use it', async () => {
  const packages = frameworks.map(
    ([dependency], index) => [`p${index}`, { externals: { [dependency]: '1.0.0' } }] as const,
  );
  const root = makeTurboRepository({ tasks: { build: {} } }, Object.fromEntries(packages));
  const request = { targets: ['build'] };
  const before = await hashesOfBoth(root, request);
  for (const [, variable] of frameworks) {
    const after = await hashesOfBoth(root, request, { [variable]: 'x' });
    const inTurbo = changedTasks(before.turbo, after.turbo);
    expect(inTurbo.length).toBeGreaterThan(0);
    expect([variable, changedTasks(before.larder, after.larder)]).toEqual([variable, inTurbo]);
  }
});
