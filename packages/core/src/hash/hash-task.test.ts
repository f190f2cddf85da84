import { expect, test } from 'vitest';
import { hashWorld, inputsOf, outputFile, prepareWorld, type World } from '../fixtures/hash-world.ts';
import { asWorkspacePath, formatTaskId } from '../ids.ts';
import type { TaskOverrides } from '../fixtures/draw-graphs.ts';
import type { Externals, InputDefinition } from '../project-graph/project.ts';
import { hashTask } from './hash-task.ts';

function hashOf(world: World, task = 'web:build'): string {
  return hashWorld(world).details.get(task)!.hash;
}

function entriesOf(world: World, task = 'web:build'): readonly string[] {
  return hashWorld(world)
    .details.get(task)!
    .entries.map(({ kind, name, value }) => `${kind} ${name} = ${value}`);
}

function withFiles(files: NonNullable<World['files']>): World {
  return { files };
}

function withTask(overrides: TaskOverrides, world: World = {}): World {
  return { ...world, taskOverrides: { ...world.taskOverrides, 'web:build': overrides } };
}

function withInputs(inputs: readonly (string | InputDefinition)[], world: World = {}): World {
  return withTask({ definition: { inputs: inputsOf(...inputs) } }, world);
}

/** Pairs of worlds, by position, that have the same hash although they should not. */
function findCollisions(...worlds: readonly World[]): readonly string[] {
  const hashes = worlds.map((world) => hashOf(world));
  return hashes.flatMap((hash, index) => (hashes.indexOf(hash) < index ? [`${hashes.indexOf(hash)} = ${index}`] : []));
}

test('path, content, kind and executable bit of every file count', () => {
  expect(
    findCollisions(
      withFiles({}),
      withFiles({ 'packages/web/a': 'x' }),
      withFiles({ 'packages/web/b': 'x' }),
      withFiles({ 'packages/web/a': 'y' }),
      withFiles({ 'packages/web/a': { executable: 'x' } }),
      withFiles({ 'packages/web/a': { link: 'x' } }),
      withFiles({ 'packages/web/a': '' }),
      withFiles({ 'packages/web/a': 'x', 'packages/web/b': 'x' }),
    ),
  ).toEqual([]);
});

test('two files trading contents changes the hash', () => {
  const a = { 'packages/web/a.ts': '1', 'packages/web/b.ts': '2' };
  const b = { 'packages/web/a.ts': '2', 'packages/web/b.ts': '1' };
  expect(hashOf(withFiles(a))).not.toBe(hashOf(withFiles(b)));
});

test("what lies in the task's own output folders does not count", () => {
  const hashWith = (outputs: readonly string[], files: NonNullable<World['files']>): string =>
    hashOf({ ...withTask({ outputs }), files });
  for (const outputs of [['packages/web/dist'], ['packages/web/dist/**'], ['packages/web/dist/**/*']]) {
    const before = hashWith(outputs, { 'packages/web/a': '1' });
    expect(hashWith(outputs, { 'packages/web/a': '1', 'packages/web/dist/a': '1' })).toBe(before);
    expect(hashWith(outputs, { 'packages/web/a': '1', 'packages/web/dist-2/a': '1' })).not.toBe(before);
  }
});

test('outputs that version control knows are read as well as written, with whatever is new beside them', () => {
  const world = { ...withTask({ outputs: ['packages/web/src'] }), tracked: ['packages/web/src/a'] };
  const before = hashOf({ ...world, files: { 'packages/web/src/a': '1' } });
  expect(hashOf({ ...world, files: { 'packages/web/src/a': '2' } })).not.toBe(before);
  expect(hashOf({ ...world, files: { 'packages/web/src/a': '1', 'packages/web/src/b': '1' } })).not.toBe(before);
});

test('output patterns that pick files, take files away or hold the project hide no inputs', () => {
  for (const outputs of [
    ['packages/web/src/*.js'],
    ['packages/web'],
    ['packages'],
    ['packages/web/dist', '!packages/web/dist/a.js'],
  ]) {
    const path = outputs.length === 2 ? 'packages/web/dist/a.js' : 'packages/web/src/a.js';
    const hashWith = (content: string): string =>
      hashOf({ ...withTask({ outputs: [...outputs].sort() }), files: { [path]: content } });
    expect(hashWith('1'), outputs.join()).not.toBe(hashWith('2'));
  }
});

test('files outside the inputs do not count', () => {
  expect(hashOf(withFiles({ 'packages/other/a.ts': '1', 'root.ts': '1' }))).toBe(hashOf(withFiles({})));
});

test('everything that the command consists of counts', () => {
  expect(
    findCollisions(
      withTask({}),
      withTask({ definition: { executor: 'nx:run-commands' } }),
      withTask({ options: { a: 'b' } }),
      withTask({ options: { b: 'a' } }),
      withTask({ options: { a: 'c' } }),
      withTask({ options: { a: ['b'] } }),
      withTask({ options: { a: 1 } }),
      withTask({ options: { a: '1' } }),
      withTask({ args: ['ab', 'c'] }),
      withTask({ args: ['abc'] }),
      withTask({ args: ['c', 'ab'] }),
      withTask({ outputs: ['dist'] }),
      withTask({ outputs: ['dist', '!dist/x'] }),
      withTask({ configuration: 'production' }),
      withTask({ target: 'test' }),
    ),
  ).toEqual([]);
});

test('one option cannot pass for two whose names and values it strings together', () => {
  const two = withTask({ options: { a: 'b', c: 1 } });
  const one = withTask({ options: { 'a"b"optionsc': 1 } });
  expect(hashOf(one)).not.toBe(hashOf(two));
});

test('how a task is run does not count', () => {
  const plain = hashOf(withTask({}));
  expect(hashOf(withTask({ parallelism: false, requested: false, cache: false }))).toBe(plain);
  expect(hashOf(withTask({ definition: { metadata: { description: 'x' }, cache: false } }))).toBe(plain);
});

test('the project and its folder count', () => {
  const world = { projects: 'a\nb', tasks: 'a:build\nb:build' };
  expect(hashOf(world, 'a:build')).not.toBe(hashOf(world, 'b:build'));
});

test('an unset variable, an empty one and a set one differ, and none is shown', () => {
  const inputs = withInputs([{ kind: 'env', name: 'TOKEN' }]);
  expect(
    findCollisions(
      inputs,
      { ...inputs, env: { TOKEN: '' } },
      { ...inputs, env: { TOKEN: 'unset' } },
      { ...inputs, env: { TOKEN: 'secret' } },
    ),
  ).toEqual([]);
  expect(entriesOf({ ...inputs, env: { TOKEN: 'secret' } }).join('\n')).not.toContain('secret');
  expect(hashOf({ env: { TOKEN: 'secret' } })).toBe(hashOf({}));
});

test('runtime outputs, platform, working directory and plugin values count where declared', () => {
  const base: World = { runtime: { 'node -v': 'v26' }, pluginValue: '1', workingDirectory: 'packages' };
  const changed: World = {
    runtime: { 'node -v': 'v24' },
    pluginValue: '2',
    workingDirectory: 'apps',
    platform: { os: 'darwin', arch: 'arm64' },
  };
  const declared: readonly InputDefinition[] = [
    { kind: 'runtime', command: 'node -v' },
    { kind: 'platform', of: 'os' },
    { kind: 'working-directory', mode: 'relative' },
    { kind: 'plugin', inputKind: 'weather', options: {} },
  ];
  expect(hashOf({ ...base, ...changed })).toBe(hashOf(base));
  for (const input of declared) {
    expect(hashOf(withInputs([input], { ...base, ...changed }))).not.toBe(hashOf(withInputs([input], base)));
  }
});

test('the processor counts with os-arch only', () => {
  const onArm = { platform: { os: 'linux', arch: 'arm64' } };
  const os = withInputs([{ kind: 'platform', of: 'os' }]);
  const both = withInputs([{ kind: 'platform', of: 'os-arch' }]);
  expect(hashOf({ ...os, ...onArm })).toBe(hashOf(os));
  expect(hashOf({ ...both, ...onArm })).not.toBe(hashOf(both));
});

test('only the chosen fields of a JSON file count, whatever its layout', () => {
  const json = (text: string, fields: readonly string[] | null, excludeFields: readonly string[] = []): World =>
    withInputs([{ kind: 'json', pattern: '{projectRoot}/package.json', fields, excludeFields }], {
      files: { 'packages/web/package.json': text },
    });
  const plain = '{"name":"web","description":"a","exports":{"x":1,"y":2}}';
  const edited = '{\n// comment\n"exports":{"y":2,"x":1}, "description":"b", "name":"web",}';
  expect(hashOf(json(plain, ['name', 'exports.x']))).toBe(hashOf(json(edited, ['exports.x', 'name'])));
  expect(hashOf(json(plain, null, ['description']))).toBe(hashOf(json(edited, null, ['description'])));
  expect(hashOf(json(plain, null))).not.toBe(hashOf(json(edited, null)));
  expect(hashOf(json(plain, ['exports.y']))).not.toBe(hashOf(json(plain.replace('2', '3'), ['exports.y'])));
  expect(hashOf(json('{"x":null}', ['x']))).not.toBe(hashOf(json('{}', ['x'])));
  expect(hashOf(json('not JSON', ['x']))).not.toBe(hashOf(json('not JSON either', ['x'])));
});

const chain: World = { projects: 'web -> ui\nui -> util', tasks: 'web:build -> ui:build\nui:build -> util:build' };

test('the hash of a dependency counts, even of one far below and without ^inputs', () => {
  const noInputs = { definition: { inputs: [] } };
  const world = { ...chain, taskOverrides: { 'web:build': noInputs, 'ui:build': noInputs } };
  const edited = { ...world, files: { 'packages/util/a.ts': '1' } };
  expect(hashOf(edited)).not.toBe(hashOf(world));
});

test('a dependency whose edge is not hashed does not count', () => {
  const world = withInputs([], { ...chain, tasks: 'web:build ~> ui:build' });
  expect(hashOf({ ...world, files: { 'packages/ui/a.ts': '1' } })).toBe(hashOf(world));
});

test('files of projects far below count through ^inputs', () => {
  const world = withInputs(['^default'], { ...chain, tasks: 'web:build' });
  const edited = { ...world, files: { 'packages/util/a.ts': '1' } };
  expect(hashOf(edited)).not.toBe(hashOf(world));
});

const byOutputs = (transitive: boolean, from?: readonly string[]): InputDefinition => ({
  kind: 'dependent-outputs',
  pattern: '**/*.d.ts',
  transitive,
  ...(from !== undefined && { from }),
});

function withOutputs(transitive: boolean, outputs: NonNullable<World['outputs']>, source = ''): World {
  const dist = { outputs: ['dist'] };
  const world = { ...chain, taskOverrides: { 'ui:build': dist, 'util:build': dist }, outputs };
  return withInputs([byOutputs(transitive)], { ...world, files: { 'packages/ui/a.ts': source } });
}

test('where output files are declared as inputs, a dependency rebuilt to the same files changes nothing', () => {
  const outputs = { 'ui:build': [outputFile('packages/ui/dist/a.d.ts', '1')] };
  expect(hashOf(withOutputs(false, outputs, 'edited'))).toBe(hashOf(withOutputs(false, outputs)));
  expect(hashOf(withOutputs(false, outputs, 'edited'), 'ui:build')).not.toBe(
    hashOf(withOutputs(false, outputs), 'ui:build'),
  );
});

test('output files of some dependencies: the others count by their hash', () => {
  const world = (from: readonly string[], source = ''): World => {
    const own = withOutputs(false, { 'ui:build': [outputFile('packages/ui/dist/a.d.ts', '1')] }, source);
    return withInputs([byOutputs(false, from)], own);
  };
  for (const from of [['^build'], ['ui:build', 'other']]) {
    expect(hashOf(world(from, 'edited'))).toBe(hashOf(world(from)));
  }
  for (const from of [['build'], ['^types'], ['util:build'], []]) {
    expect(hashOf(world(from, 'edited'))).not.toBe(hashOf(world(from)));
  }
});

test('path, content and executable bit of the matching output files count', () => {
  const of = (path: string, content: string, mode?: number): World =>
    withOutputs(false, { 'ui:build': [outputFile(path, content, mode)] });
  expect(
    findCollisions(
      withOutputs(false, {}),
      of('packages/ui/dist/a.d.ts', '1'),
      of('packages/ui/dist/a.d.ts', '2'),
      of('packages/ui/dist/b.d.ts', '1'),
      of('packages/ui/dist/a.d.ts', '1', 0o755),
    ),
  ).toEqual([]);
  expect(hashOf(of('packages/ui/dist/a.js', '1'))).toBe(hashOf(withOutputs(false, {})));
  expect(hashOf(of('packages/ui/dist/a.d.ts', '1', 0o600))).toBe(hashOf(of('packages/ui/dist/a.d.ts', '1')));
});

test('output files of tasks further down count with transitive only', () => {
  const outputs = { 'util:build': [outputFile('packages/util/dist/a.d.ts', '1')] };
  expect(hashOf(withOutputs(false, outputs))).toBe(hashOf(withOutputs(false, {})));
  expect(hashOf(withOutputs(true, outputs))).not.toBe(hashOf(withOutputs(true, {})));
});

test('a dependency that declares no outputs, or never ends, counts by its hash all the same', () => {
  for (const override of [{}, { outputs: ['dist'], continuous: true }]) {
    const world = withInputs([byOutputs(true)], { ...chain, taskOverrides: { 'ui:build': override } });
    const edited = { ...world, files: { 'packages/ui/a.ts': '1' } };
    expect(hashOf(edited)).not.toBe(hashOf(world));
  }
});

test('a task cannot be hashed before the tasks that it counts', () => {
  const { taskGraph, inputs, memory } = prepareWorld(chain);
  const web = taskGraph.tasks.get(formatTaskId('web', 'build'))!;
  expect(() => hashTask(web, inputs.get(web.id)!, memory)).toThrow('web:build cannot be hashed before ui:build');
});

function lockfile(versions: Readonly<Record<string, string>>, uses: Readonly<Record<string, string>> = {}): Externals {
  const keyOf = (name: string): string => `${name}@${versions[name]}`;
  const packages = Object.entries(versions).map(([name, version]) => {
    const used = uses[name];
    const dependencies = used === undefined ? [] : [keyOf(used)];
    return { key: keyOf(name), name, version, integrity: `sha512-${version}`, dependencies };
  });
  const resolutions = new Map(Object.keys(versions).map((name) => [name, keyOf(name)]));
  return {
    packages: new Map(packages.map((one) => [one.key, one])),
    resolutions: new Map(['web', 'ui', 'util'].map((name) => [asWorkspacePath(`packages/${name}`), resolutions])),
    globalKey: '',
  };
}

function withLockfile(externals: Externals, dependencies: Readonly<Record<string, readonly string[]>> = {}): World {
  const projectOverrides = Object.fromEntries(
    Object.entries(dependencies).map(([name, externalDependencies]) => [name, { externalDependencies }]),
  );
  return { ...chain, tasks: 'web:build', externals, projectOverrides };
}

test('packages count for the projects that ask for them and for those above, with all that they use', () => {
  const uses = { react: 'scheduler', scheduler: 'react' };
  const before = lockfile({ react: '18', scheduler: '1', vue: '3' }, uses);
  const asks = { util: ['react'] };
  const plain = hashOf(withLockfile(before, asks));
  expect(hashOf(withLockfile(lockfile({ react: '19', scheduler: '1', vue: '3' }, uses), asks))).not.toBe(plain);
  expect(hashOf(withLockfile(lockfile({ react: '18', scheduler: '2', vue: '3' }, uses), asks))).not.toBe(plain);
  expect(hashOf(withLockfile(lockfile({ react: '18', scheduler: '1', vue: '4' }, uses), asks))).toBe(plain);
});

test('a package of the same version with other bytes counts as another', () => {
  const asks = { web: ['react'] };
  const before = lockfile({ react: '18' });
  const react = before.packages.get('react@18')!;
  const after = { ...before, packages: new Map([[react.key, { ...react, integrity: 'sha512-other' }]]) };
  expect(hashOf(withLockfile(after, asks))).not.toBe(hashOf(withLockfile(before, asks)));
});

test('what the root manifest asks for, and what concerns the whole lockfile, counts for every task', () => {
  const before = lockfile({ react: '18' });
  const atRoot = { ...before, resolutions: new Map([[asWorkspacePath(''), new Map([['react', 'react@18']])]]) };
  expect(hashOf(withLockfile(atRoot))).not.toBe(hashOf(withLockfile(before)));
  expect(hashOf(withLockfile({ ...before, globalKey: 'overrides' }))).not.toBe(hashOf(withLockfile(before)));
});

test('with externalDependencies only the named packages count', () => {
  const world = (versions: Readonly<Record<string, string>>): World =>
    withInputs([{ kind: 'external', packages: ['vue'] }], withLockfile(lockfile(versions), { web: ['react'] }));
  const plain = hashOf(world({ react: '18', vue: '3' }));
  expect(hashOf(world({ react: '19', vue: '3' }))).toBe(plain);
  expect(hashOf(world({ react: '18', vue: '4' }))).not.toBe(plain);
});

test('the entries show what was hashed, in order', () => {
  const world = withInputs(['{projectRoot}/*.ts', '^default', { kind: 'env', name: 'CI' }], {
    ...chain,
    files: { 'packages/web/a.ts': '' },
  });
  expect(entriesOf(world).map((entry) => entry.replace(/[0-9a-f]{32}$/, '(digest)'))).toMatchInlineSnapshot(`
    [
      "args args = []",
      "env CI = unset",
      "executor executor = nx:run-script",
      "executor project = web",
      "executor target = build",
      "external lockfile = ",
      "external project = (digest)",
      "external root manifest = (digest)",
      "files ^default from ui = (digest)",
      "files packages/web/*.ts = (digest)",
      "hash-version larder = 2",
      "task ui:build = (digest)",
      "working-directory root = packages/web",
    ]
  `);
});

test('ignored files count where a fileset says so, and only what that fileset itself takes away is left out', () => {
  const fromDisk = (pattern: string): InputDefinition => {
    return { kind: 'fileset', pattern, of: { kind: 'self' }, includeIgnored: true };
  };
  const inputs = [
    fromDisk('{projectRoot}/gen/**'),
    fromDisk('!{projectRoot}/gen/skip.txt'),
    '!{projectRoot}/gen/made.txt',
  ];
  const hashWith = (name: string, content: string): string =>
    hashOf(withInputs(inputs, { ignoredFiles: { [`packages/web/gen/${name}`]: content } }));
  expect(hashWith('made.txt', '1')).not.toBe(hashWith('made.txt', '2'));
  expect(hashWith('skip.txt', '1')).toBe(hashWith('skip.txt', '2'));
});
