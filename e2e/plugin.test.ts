import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder, makeWorkspace, writeFiles } from './support/make-workspace.ts';
import { larder, larderEvents, repositoryRoot } from './support/run-larder.ts';
import { settleRun } from './support/settle-run.ts';

const example = readFileSync(join(repositoryRoot, 'docs/examples/taskfile-plugin.mjs'), 'utf8');

function taskfileWorkspace(options: object): string {
  const root = makeWorkspace({
    '.gitignore': 'node_modules\nout\nshared\n*.log\n',
    'larder.json': { plugins: [{ plugin: './taskfile-plugin.mjs', options }] },
    'taskfile-plugin.mjs': example,
    'services/db/Taskfile': 'build: mkdir -p out && echo tables > out/schema\n',
    'services/api/Taskfile': 'needs: db\nbuild: mkdir -p out && cat ../db/out/schema > out/api\n',
  });
  mkdirSync(join(root, 'node_modules/@larder'), { recursive: true });
  symlinkSync(join(repositoryRoot, 'packages/core'), join(root, 'node_modules/@larder/core'));
  return root;
}

test('a plugin brings projects, edges, targets, an executor, a store and a reporter', async () => {
  const root = taskfileWorkspace({ store: 'shared', journal: 'journal.log' });
  const cold = await larderEvents(root, ['run-many', '-t', 'build']);
  expect(cold.stderr).toBe('');
  expect(cold.outcomes).toEqual({ 'db:build': 'executed', 'api:build': 'executed' });
  expect(readFileSync(join(root, 'services/api/out/api'), 'utf8')).toBe('tables\n');
  expect(readFileSync(join(root, 'journal.log'), 'utf8')).toBe('db:build executed\napi:build executed\n');
  rmSync(join(root, '.larder'), { recursive: true });
  for (const name of ['db', 'api']) rmSync(join(root, `services/${name}/out`), { recursive: true });
  const warm = await larderEvents(root, ['run-many', '-t', 'build']);
  expect(warm.outcomes).toEqual({ 'db:build': 'restored:remote', 'api:build': 'restored:remote' });
  expect(existsSync(join(root, 'services/api/out/api'))).toBe(true);
});

test("a plugin's input kind is one of the values of the hash", async () => {
  const root = taskfileWorkspace({});
  const before = await larder(root, ['why', 'db:build']);
  expect(before.stdout).toContain('taskline');
  writeFiles(root, { 'services/db/Taskfile': 'build: mkdir -p out && echo views > out/schema\n' });
  expect((await larder(root, ['why', 'db:build'])).stdout).not.toBe(before.stdout);
});

test('wrong options of a plugin name the option and what is allowed', async () => {
  const run = await larder(taskfileWorkspace({ stor: 1 }), ['run-many', '-t', 'build']);
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain('stor');
});

test('what a plugin imports counts in the next run, ignored by git or outside of the workspace', async () => {
  const outside = makeFolder();
  const root = makeWorkspace({
    '.gitignore': 'node_modules\ntools/dist\ndist\n',
    'package.json': { name: 'acme', private: true, workspaces: ['packages/*'] },
    'larder.json': { plugins: ['./tools/dist/plugin.cjs'] },
    'packages/app/package.json': { name: 'app', scripts: { build: 'mkdir -p dist && cp package.json dist' } },
    'packages/app/notes.md': '1',
  });
  const say = (pattern: string): string => `module.exports = '{projectRoot}/${pattern}';`;
  const contribution = `{
    root: 'packages/app', name: null, packageName: null, tags: [], implicitDependencies: [], manifestDependencies: [],
    namedInputs: {}, layer: 'explicit', metadata: {}, locate: () => null,
    targets: { build: { cache: true, outputs: ['{projectRoot}/dist'], inputs: [require('./near.cjs'), require(${JSON.stringify(outside)})] } },
  }`;
  const graph = `{
    applies: () => true, dependsOnFiles: [],
    contribute: async () => ({ projects: [${contribution}], edges: [], externals: null, problems: [] }),
  }`;
  writeFiles(root, {
    'tools/dist/plugin.cjs': `module.exports = { name: 'p', create: () => ({ kind: 'valid', parts: { graph: ${graph} } }) };`,
    'tools/dist/near.cjs': say('package.json'),
  });
  writeFiles(outside, { 'index.js': say('package.json') });
  const build = ['run-many', '-t', 'build'];
  const first = (await settleRun(root, build)).hashes['app:build'];
  writeFiles(root, { 'tools/dist/near.cjs': say('notes.md') });
  const second = (await larderEvents(root, build)).hashes['app:build'];
  expect(second).not.toBe(first);
  await settleRun(root, build);
  writeFiles(outside, { 'index.js': say('*.md') });
  expect((await larderEvents(root, build)).hashes['app:build']).not.toBe(second);
});

test.each([
  ['makes no parts', `export default { name: 'own', create: () => ({ graph: null }) };`, 'definePlugin'],
  ['throws', `export default { name: 'own', create: () => { throw new Error('no licence'); } };`, 'no licence'],
])('a plugin that was made by hand and %s is named', async (_, source, told) => {
  const root = makeWorkspace({
    'larder.json': { plugins: ['./own.mjs'] },
    'own.mjs': source,
    'package.json': { workspaces: [] },
  });
  const run = await larder(root, ['run-many', '-t', 'build']);
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toMatch(/error\[unknown-plugin\][^]*own\.mjs/);
  expect(run.stderr).toContain(told);
});

test('a plugin that does not load says why', async () => {
  const root = makeWorkspace({ 'larder.json': { plugins: ['./nowhere.mjs'] }, 'package.json': { workspaces: [] } });
  const run = await larder(root, ['run-many', '-t', 'build']);
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain('error[unknown-plugin]');
  expect(run.stderr).toContain('nowhere.mjs');
});
