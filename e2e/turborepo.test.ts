import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commitAll, git, makeWorkspace, project, writeFiles } from './support/make-workspace.ts';
import { finish, larder, larderEvents, startTool, type Finished } from './support/run-larder.ts';

function turboWorkspace(): string {
  return makeWorkspace({
    '.gitignore': 'node_modules\ndist\n*.log\n',
    'package.json': { name: 'acme', private: true, workspaces: ['packages/*'], packageManager: 'npm@11.0.0' },
    'turbo.json': {
      tasks: {
        build: { dependsOn: ['^build'], outputs: ['dist/**'], env: ['API_URL'] },
        test: { dependsOn: ['build'], inputs: ['src/**'] },
      },
    },
    'tools/build.mjs': `import { cpSync } from 'node:fs'; cpSync('src', 'dist', { recursive: true });`,
    ...project('core', []),
    ...project('app', ['core']),
  });
}

test('a turbo.json repository builds and caches as it is', async () => {
  const root = turboWorkspace();
  const cold = await larderEvents(root, ['run-many', '-t', 'build', 'test']);
  expect(cold.stderr).toBe('');
  expect(cold.outcomes).toMatchObject({ 'core:build': 'executed', 'app:test': 'executed' });
  const warm = await larderEvents(root, ['run-many', '-t', 'build', 'test']);
  expect(new Set(Object.values(warm.outcomes))).toEqual(new Set(['up-to-date']));
});

test('a declared variable changes the hash, another does not', async () => {
  const root = turboWorkspace();
  const plain = await larderEvents(root, ['run', 'core:build']);
  const other = await larderEvents(root, ['run', 'core:build'], { env: { OTHER: '1' } });
  const declared = await larderEvents(root, ['run', 'core:build'], { env: { API_URL: 'x' } });
  expect(other.hashes).toEqual(plain.hashes);
  expect(declared.hashes).not.toEqual(plain.hashes);
});

test('a value of the wrong kind in turbo.json is told with its place', async () => {
  const root = turboWorkspace();
  writeFiles(root, { 'turbo.json': '{\n  "tasks": { "build": { "outputs": "dist" } }\n}\n' });
  const run = await larder(root, ['run-many', '-t', 'build']);
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toMatch(/turbo\.json:2:\d+/);
});

/** Says that it was hashed and started, waits for a file that git ignores, and only then reads its sources. */
const lateBuild = `
import { cpSync, existsSync, watch } from 'node:fs';
const watcher = watch('.');
console.log('waiting now');
while (!existsSync('go')) await new Promise((resolve) => watcher.once('change', resolve));
watcher.close();
cpSync('src', 'dist', { recursive: true });
`;

/** `check` keeps what `build` made; its hash covers the sources by the hash of `build` alone. */
function checkedWorkspace(buildScript: string): string {
  return makeWorkspace({
    '.gitignore': 'node_modules\ndist\nreport\ngo\n',
    'package.json': { name: 'acme', private: true, workspaces: ['packages/*'], packageManager: 'npm@11.0.0' },
    'turbo.json': {
      tasks: {
        build: { outputs: ['dist/**'] },
        check: { dependsOn: ['build'], inputs: ['check.mjs'], outputs: ['report/**'] },
      },
    },
    ...project('core', []),
    'packages/core/package.json': {
      name: 'core',
      version: '1.0.0',
      scripts: { build: 'node build.mjs', check: 'node check.mjs' },
    },
    'packages/core/build.mjs': buildScript,
    'packages/core/check.mjs': `import { cpSync } from 'node:fs'; cpSync('dist', 'report', { recursive: true });`,
  });
}

const runBoth = ['run-many', '-t', 'build', 'check'];

async function editWhileCoreBuilds(root: string): Promise<Finished> {
  const child = startTool('larder', root, [...runBoth, '--output-style', 'stream'], {});
  const finished = finish(child);
  await new Promise<void>((resolve) => {
    child.stdout!.on('data', (text: string) => text.includes('waiting now') && resolve());
  });
  writeFiles(root, { 'packages/core/src/index.txt': 'core v2\n' });
  writeFiles(root, { 'packages/core/go': '' });
  return await finished;
}

function reportOf(root: string): string {
  return readFileSync(join(root, 'packages/core/report/index.txt'), 'utf8');
}

test('what was built on a task whose inputs were edited while it ran is not stored either', async () => {
  const root = checkedWorkspace(lateBuild);
  const edited = await editWhileCoreBuilds(root);
  expect(edited.exitCode).toBe(0);
  expect(edited.stdout).toContain('core:check: packages/core/src/index.txt, an input of core:build');
  expect(reportOf(root)).toBe('core v2\n');
  writeFiles(root, { 'packages/core/src/index.txt': 'core v1\n' });
  const after = await larderEvents(root, runBoth);
  expect(after.outcomes).toEqual({ 'core:build': 'executed', 'core:check': 'executed' });
  expect(reportOf(root)).toBe('core v1\n');
  const settled = await larderEvents(root, runBoth);
  expect(settled.outcomes).toEqual({ 'core:build': 'up-to-date', 'core:check': 'up-to-date' });
});

/** Writes into its own inputs. */
const generatingBuild = `
import { cpSync, writeFileSync } from 'node:fs';
writeFileSync('src/generated.txt', 'from a template');
cpSync('src', 'dist', { recursive: true });
`;

test('what builds on a generator that rewrites its inputs is stored in CI, where each checkout begins anew', async () => {
  const root = checkedWorkspace(generatingBuild);
  writeFiles(root, { 'packages/core/src/generated.txt': 'out of date' });
  commitAll(root, 'generated');
  const checkOut = (): void => void git(root, 'checkout', '-q', '--', '.');
  await larderEvents(root, runBoth);
  checkOut();
  const outside = await larderEvents(root, runBoth, { env: { CI: 'true' } });
  expect(outside.outcomes).toEqual({ 'core:build': 'executed', 'core:check': 'executed' });
  checkOut();
  const inCi = await larderEvents(root, runBoth, { env: { CI: 'true' } });
  expect(inCi.outcomes).toEqual({ 'core:build': 'executed', 'core:check': 'up-to-date' });
});

test('a generator that writes the bytes that are there moves nothing', async () => {
  const root = checkedWorkspace(generatingBuild);
  writeFiles(root, { 'packages/core/src/generated.txt': 'from a template' });
  const first = await larderEvents(root, runBoth);
  expect(first.finished['cacheTroubles']).toBe(0);
  const again = await larderEvents(root, runBoth);
  expect(again.outcomes).toEqual({ 'core:build': 'up-to-date', 'core:check': 'up-to-date' });
});
