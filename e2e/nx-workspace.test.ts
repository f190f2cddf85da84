import { readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeWorkspace, writeFiles } from './support/make-workspace.ts';
import { nodeModulesWithNx } from './support/nx-under-test.ts';
import { larder, larderEvents } from './support/run-larder.ts';

/** Infers a target `compile` for every folder with a `compile.json`, as Nx's own plugins do. */
const inferringPlugin = `
const { dirname } = require('node:path');
module.exports = {
  createNodesV2: ['**/compile.json', (files) => files.map((file) => [file, { projects: { [dirname(file)]: { targets: {
    compile: {
      command: 'mkdir -p ' + dirname(file) + '/dist && cat ' + dirname(file) + '/src.txt > ' + dirname(file) + '/dist/out.txt',
      cache: true,
      dependsOn: ['^compile'],
      inputs: ['default', '^default'],
      outputs: ['{projectRoot}/dist'],
    },
  } } } }])],
};
`;

const greetExecutor = `
module.exports = async (options, context) => {
  console.log('hello ' + options.name + ' from ' + context.projectName);
  return { success: options.name !== 'nobody' };
};
`;

function nxWorkspace(): string {
  const root = makeWorkspace({
    '.gitignore': 'node_modules\ndist\n.nx\n',
    'package.json': { name: 'acme', private: true, workspaces: ['packages/*'] },
    'nx.json': { plugins: ['./tools/infer.cjs'] },
    // Nx 22 loads no plugin of the workspace without it.
    'tsconfig.base.json': {},
    'tools/infer.cjs': inferringPlugin,
    'tools/exec/package.json': { name: 'exec', executors: './executors.json' },
    'tools/exec/executors.json': { executors: { greet: { implementation: './greet.cjs', schema: './schema.json' } } },
    'tools/exec/schema.json': { version: 2, type: 'object', properties: { name: { type: 'string' } } },
    'tools/exec/greet.cjs': greetExecutor,
    'packages/lib/package.json': { name: 'lib', version: '1.0.0' },
    'packages/lib/compile.json': {},
    'packages/lib/src.txt': 'lib\n',
    'packages/app/package.json': { name: 'app', version: '1.0.0', dependencies: { lib: '1.0.0' } },
    'packages/app/compile.json': {},
    'packages/app/src.txt': 'app\n',
    'packages/app/project.json': {
      name: 'app',
      targets: {
        greet: {
          executor: './tools/exec:greet',
          options: { name: 'world' },
          configurations: { none: { name: 'nobody' } },
        },
      },
    },
  });
  symlinkSync(nodeModulesWithNx, join(root, 'node_modules'));
  return root;
}

test('targets that an Nx plugin infers run in order and are cached', async () => {
  const root = nxWorkspace();
  const cold = await larderEvents(root, ['run-many', '-t', 'compile']);
  expect(cold.stderr).toBe('');
  expect(cold.outcomes).toEqual({ 'lib:compile': 'executed', 'app:compile': 'executed' });
  const warm = await larderEvents(root, ['run-many', '-t', 'compile']);
  expect(warm.outcomes).toEqual({ 'lib:compile': 'up-to-date', 'app:compile': 'up-to-date' });
  expect(warm.hashes).toEqual(cold.hashes);
});

test('an edit of a source does not load Nx again, an edit of its configuration does', async () => {
  const root = nxWorkspace();
  await larder(root, ['show', 'projects']);
  writeFiles(root, { 'packages/lib/src.txt': 'lib 2\n' });
  expect((await larder(root, ['run-many', '-t', 'compile', '--dry-run', '--verbose'])).stderr).not.toContain('asking');
  writeFiles(root, {
    'packages/lib/compile.json': { changed: true },
    'packages/lib/project.json': { name: 'lib', tags: ['x'] },
  });
  expect((await larder(root, ['run-many', '-t', 'compile', '--dry-run', '--verbose'])).stderr).toContain('asking');
});

test('executors of Nx packages run through the installed nx', async () => {
  const root = nxWorkspace();
  const run = await larder(root, ['app:greet', '--output-style', 'stream']);
  expect(run.stdout).toContain('hello world from app');
  expect(run.exitCode).toBe(0);
  const failed = await larder(root, ['app:greet:none', '--output-style', 'stream']);
  expect(failed.stdout + failed.stderr).toContain('hello nobody from app');
  expect(failed.exitCode).toBe(1);
});

test('words after -- become options of the executor', async () => {
  const root = nxWorkspace();
  const run = await larder(root, ['app:greet', '--output-style', 'stream', '--', '--name=you']);
  expect(run.stdout).toContain('hello you from app');
});

test('a plugin of Nx that fails is an error with its words', async () => {
  const root = nxWorkspace();
  writeFiles(root, { 'tools/infer.cjs': 'throw new Error("infer is broken");\n' });
  const run = await larder(root, ['run-many', '-t', 'compile']);
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain('infer is broken');
});

/** The nx of the repository gives way to one that has its version and fails whenever it is loaded. */
function breakNx(root: string): void {
  rmSync(join(root, 'node_modules'));
  const broken = 'throw new Error("nx was loaded");\n';
  writeFiles(root, {
    'node_modules/nx/package.json': { name: 'nx', version: nxVersion() },
    'node_modules/nx/bin/run-executor.js': broken,
    'node_modules/nx/src/project-graph/project-graph.js': broken,
  });
}

function nxVersion(): string {
  return (JSON.parse(readFileSync(join(nodeModulesWithNx, 'nx/package.json'), 'utf8')) as { version: string }).version;
}

test('a run that changes nothing, and edits that cannot change the graph, never load Nx', async () => {
  const root = nxWorkspace();
  const cold = await larderEvents(root, ['run-many', '-t', 'compile']);
  breakNx(root);
  const warm = await larderEvents(root, ['run-many', '-t', 'compile']);
  expect(warm.stderr).toBe('');
  expect(warm.hashes).toEqual(cold.hashes);
  writeFiles(root, {
    'packages/lib/src.txt': 'lib 2\n',
    'packages/lib/added.md': '# new\n',
    'packages/app/index.ts': 'export const answer = 42;\n',
  });
  // A source that is new may hold imports: that one has to be asked about.
  expect((await larder(root, ['run-many', '-t', 'compile'])).stderr).toContain('nx was loaded');
  rmSync(join(root, 'packages/app/index.ts'));
  const edited = await larderEvents(root, ['run-many', '-t', 'compile']);
  expect(edited.stderr).toBe('');
  expect(edited.outcomes).toEqual({ 'lib:compile': 'executed', 'app:compile': 'executed' });
});

test('the code of a plugin and the files that it infers from make Nx be asked again', async () => {
  const root = nxWorkspace();
  const asks = async (): Promise<boolean> =>
    (await larder(root, ['run-many', '-t', 'compile', '--dry-run', '--verbose'])).stderr.includes('asking');
  expect(await asks()).toBe(true);
  expect(await asks()).toBe(false);
  writeFiles(root, { 'packages/lib/compile.json': { changed: true } });
  expect(await asks()).toBe(true);
  writeFiles(root, { 'tools/infer.cjs': `${inferringPlugin}// changed\n` });
  expect(await asks()).toBe(true);
  writeFiles(root, { 'packages/new/compile.json': {}, 'packages/new/package.json': { name: 'new' } });
  expect(await asks()).toBe(true);
  expect(await asks()).toBe(false);
});

test('nx.json extends another file, whose keys give way to its own', async () => {
  const root = nxWorkspace();
  writeFiles(root, {
    'nx.json': { extends: './base.json', plugins: ['./tools/infer.cjs'] },
    'base.json': {
      plugins: ['./missing.cjs'],
      targetDefaults: { greet: { cache: true, inputs: ['{projectRoot}/x'] } },
    },
  });
  expect((await larderEvents(root, ['app:greet'])).outcomes).toEqual({ 'app:greet': 'executed' });
  expect((await larderEvents(root, ['app:greet'])).outcomes).toEqual({ 'app:greet': 'up-to-date' });
  rmSync(join(root, 'base.json'));
  const run = await larder(root, ['app:greet']);
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain('base.json');
});
