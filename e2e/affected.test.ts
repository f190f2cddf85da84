import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commitAll, git, layeredWorkspace, makeFolder, writeFiles } from './support/make-workspace.ts';
import { larder, larderEvents } from './support/run-larder.ts';

const affectedBuild = ['affected', '-t', 'build'];

test('only what changed since the base, and what depends on it, runs', async () => {
  const root = layeredWorkspace();
  git(root, 'switch', '-q', '-c', 'feature');
  writeFiles(root, { 'packages/ui/src/index.txt': 'ui v2\n' });
  commitAll(root, 'change ui');
  const run = await larderEvents(root, affectedBuild);
  expect(run.exitCode).toBe(0);
  expect(Object.keys(run.outcomes).sort()).toEqual(['app:build', 'core:build', 'ui:build']);
  const { tasks } = JSON.parse((await larder(root, ['affected', '-t', 'test', '--dry-run=json'])).stdout) as {
    tasks: { id: string }[];
  };
  expect(tasks.map((task) => task.id)).not.toContain('core:test');
});

test('uncommitted and untracked files count', async () => {
  const root = layeredWorkspace();
  writeFiles(root, { 'packages/app/src/new.txt': 'new\n' });
  expect((await larder(root, [...affectedBuild, '--explain'])).stdout).toContain('packages/app/src/new.txt');
  const run = await larderEvents(root, [...affectedBuild, '--untracked']);
  expect(run.outcomes).toMatchObject({ 'app:build': 'executed' });
});

test('a deleted file affects its project', async () => {
  const root = layeredWorkspace({ 'packages/app/src/extra.txt': 'extra\n' });
  git(root, 'rm', '-q', 'packages/app/src/extra.txt');
  const run = await larderEvents(root, affectedBuild);
  expect(run.outcomes).toMatchObject({ 'app:build': 'executed' });
});

test('nothing changed is a success that says so', async () => {
  const root = layeredWorkspace();
  const run = await larder(root, affectedBuild);
  expect(run.exitCode).toBe(0);
  expect(run.stdout + run.stderr).toMatch(/nothing|no tasks/i);
});

test('files may be named on the command line or on standard input', async () => {
  const root = layeredWorkspace();
  const byFlag = await larderEvents(root, [...affectedBuild, '--files', 'packages/app/src/index.txt']);
  expect(byFlag.outcomes).toMatchObject({ 'app:build': 'executed' });
  const byStdin = await larderEvents(root, [...affectedBuild, '--stdin'], { stdin: 'packages/app/src/index.txt\n' });
  expect(byStdin.outcomes).toEqual({ 'app:build': 'up-to-date', 'core:build': 'up-to-date', 'ui:build': 'up-to-date' });
});

test('--explain names the file and the way to each task', async () => {
  const root = layeredWorkspace();
  writeFiles(root, { 'packages/core/src/index.txt': 'core v2\n' });
  const { stdout, exitCode } = await larder(root, [...affectedBuild, '--explain']);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('packages/core/src/index.txt');
  expect(stdout).toContain('app:build');
});

test('a base that does not exist is an error, not a run of everything', async () => {
  const root = layeredWorkspace();
  const run = await larder(root, [...affectedBuild, '--base', 'origin/nowhere']);
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain('origin/nowhere');
});

test('a shallow clone without the base says so', async () => {
  const root = layeredWorkspace();
  writeFiles(root, { 'packages/ui/src/index.txt': 'ui v2\n' });
  commitAll(root, 'second');
  const clone = join(makeFolder(), 'clone');
  execFileSync('git', ['clone', '-q', '--depth', '1', `file://${root}`, clone]);
  const run = await larder(clone, [...affectedBuild, '--base', 'HEAD~1']);
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toMatch(/shallow/i);
});

test('outside of git, affected says what it needs', async () => {
  const root = makeFolder();
  writeFiles(root, {
    'package.json': { name: 'x', workspaces: ['packages/*'] },
    'packages/a/package.json': { name: 'a', scripts: { build: 'true' } },
  });
  const run = await larder(root, affectedBuild);
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toMatch(/git/);
});
