import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { layeredWorkspace, makeWorkspace, project, writeFiles } from './support/make-workspace.ts';
import { executedBuilds, larder, larderEvents } from './support/run-larder.ts';

const buildAll = ['run-many', '-t', 'build'];

test('a second run finds everything up to date and executes nothing', async () => {
  const root = layeredWorkspace();
  const cold = await larderEvents(root, buildAll);
  expect(cold.stderr).toBe('');
  expect(cold.outcomes).toEqual({ 'core:build': 'executed', 'ui:build': 'executed', 'app:build': 'executed' });
  const warm = await larderEvents(root, buildAll);
  expect(warm.outcomes).toEqual({ 'core:build': 'up-to-date', 'ui:build': 'up-to-date', 'app:build': 'up-to-date' });
  expect(warm.hashes).toEqual(cold.hashes);
  expect(executedBuilds(root)).toEqual(['core', 'ui', 'app']);
});

test('the last line counts what happened', async () => {
  const root = layeredWorkspace();
  const { finished } = await larderEvents(root, buildAll);
  expect(finished).toMatchObject({
    v: 1,
    type: 'run-finished',
    exitCode: 0,
    cacheTroubles: 0,
    tasks: { executed: 3, restoredLocal: 0, restoredRemote: 0, upToDate: 0, failed: 0, skipped: 0, cancelled: 0 },
  });
});

test('deleted outputs come back from the local cache, byte for byte', async () => {
  const root = layeredWorkspace();
  await larder(root, buildAll);
  rmSync(join(root, 'packages/ui/dist'), { recursive: true });
  const again = await larderEvents(root, buildAll);
  expect(again.outcomes).toEqual({
    'core:build': 'up-to-date',
    'ui:build': 'restored:local',
    'app:build': 'up-to-date',
  });
  expect(readFileSync(join(root, 'packages/ui/dist/index.txt'), 'utf8')).toBe('ui v1\n');
});

test('a stale or edited file in an output folder does not survive a hit', async () => {
  const root = layeredWorkspace();
  await larder(root, buildAll);
  writeFiles(root, { 'packages/ui/dist/stale.txt': 'old', 'packages/core/dist/index.txt': 'edited' });
  const again = await larderEvents(root, buildAll);
  expect(again.outcomes).toMatchObject({ 'core:build': 'restored:local', 'ui:build': 'restored:local' });
  expect(existsSync(join(root, 'packages/ui/dist/stale.txt'))).toBe(false);
  expect(readFileSync(join(root, 'packages/core/dist/index.txt'), 'utf8')).toBe('core v1\n');
});

test('an edit executes the project and its dependents only; taking it back is a hit again', async () => {
  const root = layeredWorkspace();
  await larder(root, buildAll);
  writeFiles(root, { 'packages/ui/src/index.txt': 'ui v2\n' });
  const edited = await larderEvents(root, buildAll);
  expect(edited.outcomes).toEqual({ 'core:build': 'up-to-date', 'ui:build': 'executed', 'app:build': 'executed' });
  writeFiles(root, { 'packages/ui/src/index.txt': 'ui v1\n' });
  const back = await larderEvents(root, buildAll);
  expect(back.outcomes).toMatchObject({ 'ui:build': 'restored:local' });
});

test('the terminal output of a task is replayed when it is not executed', async () => {
  const root = layeredWorkspace();
  const cold = await larder(root, ['run', 'core:build', '--output-style', 'stream']);
  const warm = await larder(root, ['core:build', '--output-style', 'stream']);
  expect(cold.stdout).toContain('built core');
  expect(warm.stdout).toContain('built core');
});

test('words after -- reach the requested task and change its hash alone', async () => {
  const root = layeredWorkspace();
  const plain = await larderEvents(root, ['run', 'ui:build']);
  const withArgs = await larderEvents(root, ['run', 'ui:build', '--', '--mode=fast']);
  expect(withArgs.hashes['core:build']).toBe(plain.hashes['core:build']);
  expect(withArgs.hashes['ui:build']).not.toBe(plain.hashes['ui:build']);
});

test('a failure exits 1, skips the dependents, and is not stored', async () => {
  const root = layeredWorkspace({
    'packages/ui/package.json': {
      name: 'ui',
      version: '1.0.0',
      scripts: { build: 'echo broken >&2; exit 3' },
      dependencies: { core: '1.0.0' },
    },
  });
  const first = await larderEvents(root, buildAll);
  expect(first.exitCode).toBe(1);
  expect(first.outcomes).toEqual({ 'core:build': 'executed', 'ui:build': 'failed', 'app:build': 'skipped' });
  const second = await larderEvents(root, buildAll);
  expect(second.outcomes).toEqual({ 'core:build': 'up-to-date', 'ui:build': 'failed', 'app:build': 'skipped' });
});

test('a workspace without configuration works: scripts are targets, build waits for the dependencies', async () => {
  const root = makeWorkspace({
    '.gitignore': 'dist\n*.log\n',
    'package.json': { name: 'plain', private: true, workspaces: ['packages/*'] },
    'tools/build.mjs': `import { appendFileSync } from 'node:fs'; import { basename } from 'node:path'; appendFileSync('../../runs.log', basename(process.cwd()) + '\\n');`,
    ...project('app', ['lib']),
    ...project('lib', []),
  });
  const run = await larderEvents(root, buildAll);
  expect(run.exitCode).toBe(0);
  expect(executedBuilds(root)).toEqual(['lib', 'app']);
});

test('--skip-cache executes and stores nothing', async () => {
  const root = layeredWorkspace();
  await larder(root, [...buildAll, '--skip-nx-cache']);
  const second = await larderEvents(root, buildAll);
  expect(second.outcomes).toMatchObject({ 'core:build': 'executed' });
});

test('deleting .larder in between costs an execution, nothing else', async () => {
  const root = layeredWorkspace();
  await larder(root, buildAll);
  rmSync(join(root, '.larder'), { recursive: true });
  const again = await larderEvents(root, buildAll);
  expect(again.exitCode).toBe(0);
  expect(again.outcomes).toMatchObject({ 'core:build': 'executed' });
});

test('a corrupt local entry is noticed, executed again and healed', async () => {
  const root = layeredWorkspace();
  await larder(root, ['run', 'core:build']);
  const files = await larder(root, ['cache', 'stats', '--json']);
  expect(JSON.parse(files.stdout)).toMatchObject({ v: 1, entries: 1 });
  corruptEveryFile(join(root, '.larder/cache'));
  rmSync(join(root, 'packages/core/dist'), { recursive: true });
  const healed = await larderEvents(root, ['run', 'core:build']);
  expect(healed.outcomes).toEqual({ 'core:build': 'executed' });
  expect(healed.finished).toMatchObject({ exitCode: 0 });
  rmSync(join(root, 'packages/core/dist'), { recursive: true });
  const after = await larderEvents(root, ['run', 'core:build']);
  expect(after.outcomes).toEqual({ 'core:build': 'restored:local' });
});

function corruptEveryFile(folder: string): void {
  for (const path of listFiles(folder)) writeFileSync(path, 'garbage');
}

function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
