import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { layeredWorkspace, makeWorkspace, project, writeFiles } from './support/make-workspace.ts';
import { cleanEnv, finish, larder, larderEvents, repositoryRoot, startTool } from './support/run-larder.ts';
import { startTestServer } from './support/start-server.ts';

/** Builds, and then waits for a file, so that a test can do something in the middle of a run. */
const waitingBuild = `
import { existsSync, mkdirSync, watch, writeFileSync } from 'node:fs';
mkdirSync('dist', { recursive: true });
writeFileSync('dist/index.txt', 'built');
const watcher = watch('.');
console.log('waiting now');
while (!existsSync('go')) await new Promise((resolve) => watcher.once('change', resolve));
watcher.close();
`;

test('killing the cache server in the middle of a run fails nothing', async () => {
  const root = layeredWorkspace({
    ...project('ui', ['core']),
    'packages/ui/package.json': {
      name: 'ui',
      version: '1.0.0',
      scripts: { build: 'node wait.mjs' },
      dependencies: { core: '1.0.0' },
    },
    'packages/ui/wait.mjs': waitingBuild,
    '.gitignore': 'node_modules\ndist\n*.log\ngo\n',
  });
  const server = await startTestServer();
  const env = { LARDER_REMOTE_URL: server.url, LARDER_REMOTE_TOKEN: await server.token('main', 'write') };
  const child = startTool('larder', root, ['run-many', '-t', 'build', '--output-style', 'ndjson'], { env });
  const finished = finish(child);
  await new Promise<void>((resolve) => {
    child.stdout!.on('data', (text: string) => text.includes('waiting now') && resolve());
  });
  await server.stop('SIGKILL');
  writeFiles(root, { 'packages/ui/go': '' });
  const { exitCode, stdout } = await finished;
  expect(exitCode).toBe(0);
  expect(stdout).toContain('"executed":3');
  expect(stdout).toContain('"type":"cache-trouble"');
  const again = await larderEvents(root, ['run-many', '-t', 'build'], { env });
  expect(again.outcomes).toEqual({ 'core:build': 'up-to-date', 'ui:build': 'up-to-date', 'app:build': 'up-to-date' });
});

/** Reads its source, says so, and waits for a file of that name. The new one is written before that, the old one after. */
const slowBuild = `
import { existsSync, mkdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
const source = readFileSync('src/index.txt', 'utf8').trim();
mkdirSync('dist', { recursive: true });
if (source === 'new') writeFileSync('dist/index.txt', source);
const watcher = watch('.');
console.log('has read ' + source);
while (!existsSync('go-' + source)) await new Promise((resolve) => watcher.once('change', resolve));
watcher.close();
if (source === 'old') writeFileSync('dist/index.txt', source);
`;

test('what two runs wrote at once into the same outputs is not stored, nor what is built on it', async () => {
  const root = layeredWorkspace({
    'packages/core/package.json': { name: 'core', version: '1.0.0', scripts: { build: 'node slow.mjs' } },
    'packages/core/slow.mjs': slowBuild,
    '.gitignore': 'node_modules\ndist\n*.log\ngo-*\n',
  });
  const args = ['run-many', '-t', 'build', '--output-style', 'ndjson'];
  const startWith = async (source: string): Promise<() => ReturnType<typeof finish>> => {
    writeFiles(root, { 'packages/core/src/index.txt': source });
    const child = startTool('larder', root, args, {});
    const finished = finish(child);
    await new Promise<void>((resolve) => {
      child.stdout!.on('data', (text: string) => text.includes(`has read ${source}`) && resolve());
    });
    return () => {
      writeFiles(root, { [`packages/core/go-${source}`]: '' });
      return finished;
    };
  };
  const endOld = await startWith('old');
  const endNew = await startWith('new');
  expect((await endOld()).exitCode).toBe(0);
  const { exitCode, stdout } = await endNew();
  expect(exitCode).toBe(0);
  expect(stdout).toContain('executed-elsewhere');
  expect(readFileSync(join(root, 'packages/core/dist/index.txt'), 'utf8')).toBe('old');
  const again = await larderEvents(root, args.slice(0, 3));
  expect(again.outcomes).toEqual({ 'core:build': 'executed', 'ui:build': 'executed', 'app:build': 'executed' });
  expect(readFileSync(join(root, 'packages/core/dist/index.txt'), 'utf8')).toBe('new');
  const last = await larderEvents(root, args.slice(0, 3));
  expect(last.outcomes).toEqual({ 'core:build': 'up-to-date', 'ui:build': 'up-to-date', 'app:build': 'up-to-date' });
});

test('where nothing can be kept, tasks run all the same, and commands of the cache say why they do not', async () => {
  const root = layeredWorkspace();
  // As for a folder that another user made: nothing can be looked up or made in it, and for nobody.
  writeFiles(root, { '.larder': 'no folder' });
  const run = await larderEvents(root, ['run-many', '-t', 'build']);
  expect(run.exitCode).toBe(0);
  expect(run.outcomes).toEqual({ 'core:build': 'executed', 'ui:build': 'executed', 'app:build': 'executed' });
  expect(run.events.find((event) => event['type'] === 'cache-trouble')).toMatchObject({ code: 'local-read-failed' });
  for (const command of ['clean', 'verify', 'stats']) {
    const { exitCode, stderr } = await larder(root, ['cache', command]);
    expect([exitCode, stderr], command).toEqual([2, expect.stringContaining('error[unreadable-file]')]);
  }
});

test('a full disk under .larder fails nothing and is named', async ({ skip }) => {
  const incompressible = randomBytes(300_000).toString('base64');
  const root = layeredWorkspace({ 'packages/core/src/large.txt': incompressible });
  if (!mountSmallDisk(join(root, '.larder'))) skip('mounting a small disk needs root');
  const run = await larderEvents(root, ['run-many', '-t', 'build']);
  expect(run.exitCode).toBe(0);
  expect(run.outcomes).toEqual({ 'core:build': 'executed', 'ui:build': 'executed', 'app:build': 'executed' });
  expect(run.finished['cacheTroubles']).toBeGreaterThan(0);
  expect(JSON.stringify(run.events)).toContain('local-disk-full');
  expect(readFileSync(join(root, 'packages/app/dist/index.txt'), 'utf8')).toBe('app v1\n');
});

/** 128 kB: enough for the state, not for what incompressible outputs need. */
function mountSmallDisk(folder: string): boolean {
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return false;
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return true;
}

test('a workspace on a read-only file system runs its tasks, and it is said once that nothing is kept', async ({
  skip,
}) => {
  const root = makeWorkspace({
    'package.json': { name: 'acme', private: true, workspaces: ['packages/*'] },
    'packages/a/package.json': { name: 'a', scripts: { check: 'echo checked' } },
    'packages/b/package.json': { name: 'b', scripts: { check: 'echo checked' } },
    'larder.json': { targetDefaults: { check: { cache: true, outputs: [] } } },
  });
  const readOnly = (...words: readonly string[]) => {
    const script = 'mount --bind . . && mount -o remount,ro,bind . || exit 99; cd "$PWD"; exec "$@"';
    const args = ['-m', 'sh', '-c', script, 'sh', join(repositoryRoot, 'tools/larder'), ...words];
    return spawnSync('unshare', args, { cwd: root, encoding: 'utf8', env: cleanEnv() });
  };
  const run = readOnly('run-many', '-t', 'check', '--output-style', 'static');
  if (run.error !== undefined || run.status === 99 || run.stderr.includes('unshare')) skip('needs the right to mount');
  expect([run.status, run.stdout]).toEqual([0, expect.stringContaining('2 tasks succeeded')]);
  expect(run.stdout).toContain('the local cache could not be written (2 times)');
  expect(run.stdout.split('nothing can be kept: ')).toHaveLength(2);
  expect(run.stdout).toContain('is on a read-only file system');
  expect(readOnly('stats').stderr).toContain('no run is recorded in it yet, and it cannot be made here');
  expect(readOnly('daemon', 'start').stderr).toContain('read-only file system');
  // What is there already can be used, and not be removed.
  expect(await larder(root, ['run-many', '-t', 'check'])).toMatchObject({ exitCode: 0 });
  expect(readOnly('run-many', '-t', 'check').stdout).toContain('2 up to date');
  for (const words of [['reset'], ['cache', 'clean']]) {
    const { status, stderr } = readOnly(...words);
    expect([status, stderr], words.join(' ')).toEqual([2, expect.stringContaining('the file system is read-only')]);
  }
  expect(readOnly('cache', 'stats').stdout).toContain('2 entries');
});
