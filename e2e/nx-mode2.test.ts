import { once } from 'node:events';
import { existsSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { commitAll, git, makeFolder, writeFiles } from './support/make-workspace.ts';
import { adoptedNxWorkspace, packedNxWorkspace, startNx } from './support/nx-mode2-workspace.ts';
import { freshNxCache, nx, nxJson, readOutputs, removeOutputs } from './support/nx-plugin-workspace.ts';
import { readNxMajor } from './support/nx-under-test.ts';
import { larder, larderEvents } from './support/run-larder.ts';

// Each starts nx several times, and nx takes its time on a busy machine.
vi.setConfig({ testTimeout: 300_000 });

const build = ['run-many', '-t', 'build'];
const executed = { 'one:build': 'executed', 'two:build': 'executed' };
const fromCache = { 'one:build': 'local cache', 'two:build': 'local cache' };
const script = (name: string, line: string, dependencies: object = {}) => ({
  [`packages/${name}/package.json`]: { name, version: '1.0.0', scripts: { build: line }, dependencies },
});

test.each(['false', 'true'])(
  'with the nx daemon %s, outputs are those of plain nx, cold and warm, and larder shares them',
  async (NX_DAEMON) => {
    const plain = packedNxWorkspace({ 'nx.json': { ...nxJson, plugins: [] } });
    await nx(plain, build, freshNxCache());
    const root = await adoptedNxWorkspace();
    // One folder for both: a daemon keeps the graph where it was started, and Nx 21 looks nowhere else.
    const env = { ...freshNxCache(), NX_DAEMON };
    const cold = await nx(root, build, env);
    expect(cold).toMatchObject({ exitCode: 0, hits: executed, stderr: '' });
    expect(cold.stdout).toContain('Running 2 tasks with @larder/nx:run');
    expect(readOutputs(root)).toEqual(readOutputs(plain));
    removeOutputs(root);
    const warm = await nx(root, build, env);
    expect(warm).toMatchObject({ exitCode: 0, hits: fromCache });
    // With its daemon, Nx runs the hooks of plugins there, where nobody reads what they print.
    const isShown = warm.stdout.includes('2 of 2 tasks were hits (100 %): 2 local, 0 remote');
    expect(isShown).toBe(NX_DAEMON === 'false');
    expect(readOutputs(root)).toEqual(readOutputs(plain));
    await nx(root, ['daemon', '--stop'], env);
    const own = await larderEvents(root, build);
    expect(own.outcomes).toEqual({ 'one:build': 'up-to-date', 'two:build': 'up-to-date' });
    const { stdout } = await larder(root, ['stats', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ runs: 3 });
  },
);

test.skipIf(readNxMajor() < 23)(
  'where nothing is left for nx to cache, no daemon is started that it could ask',
  async () => {
    const root = await adoptedNxWorkspace();
    const run = await nx(root, build, freshNxCache());
    expect(run).toMatchObject({ exitCode: 0, hits: executed, stderr: '' });
    expect(run.stdout).toContain('Larder  0 of 2 tasks were hits');
    expect(existsSync(join(root, '.larder/state/daemon'))).toBe(false);
  },
);

test('affected runs what the change concerns, and what it needs comes from the cache', async () => {
  const root = await adoptedNxWorkspace();
  await nx(root, build, freshNxCache());
  writeFiles(root, { 'packages/two/src/first.txt': 'changed\n' });
  const run = await nx(root, ['affected', '-t', 'build', '--base=HEAD'], freshNxCache());
  expect(run.exitCode).toBe(0);
  expect(run.hits['two:build']).toBe('executed');
  expect(run.hits['one:build'] ?? 'local cache').not.toBe('executed');
  expect(readFileSync(join(root, 'packages/two/dist/first.txt'), 'utf8')).toBe('changed\n');
});

test('a task that fails in the middle ends nx as without Larder, and what depends on it is skipped', async () => {
  const files = {
    ...script('one', 'echo broken in one && exit 3'),
    ...script('free', 'mkdir -p dist && echo free > dist/a'),
  };
  const plain = await nx(packedNxWorkspace({ ...files, 'nx.json': { ...nxJson, plugins: [] } }), build, freshNxCache());
  const root = await adoptedNxWorkspace(files);
  const run = await nx(root, build, freshNxCache());
  expect(run.exitCode).toBe(plain.exitCode);
  expect(run.exitCode).not.toBe(0);
  expect(run.stdout).toContain('broken in one');
  for (const { stdout, stderr } of [plain, run]) {
    expect(stdout + stderr).toMatch(/dependencies failed[^]*- two:build[^]*- one:build/);
  }
  expect(readOutputs(root)).toEqual({ 'packages/free/dist/a': 'free\n' });
});

const one = ['build', 'one', '--output-style=static'];

test.each([
  ['to all processes of the command line', -1],
  ['to nx alone', 1],
])('Ctrl-C %s ends nx with 130 and every process of the task, and nothing more starts', async (_, sign) => {
  const root = await adoptedNxWorkspace(
    script('one', 'echo $$ > started.log && sleep 600 && mkdir -p dist && echo late > dist/late'),
  );
  const { child } = startNx(root, build, freshNxCache());
  const ended = once(child, 'exit');
  const task = await readWhenWritten(join(root, 'packages/one'), 'started.log');
  process.kill(sign * child.pid!, 'SIGINT');
  expect(await ended).toEqual([130, null]);
  // Nx 20 does not wait for the end of its batches.
  await vi.waitFor(() => expect(existsSync(`/proc/${task}`)).toBe(false), { timeout: 30_000 });
  expect(readOutputs(root)).toEqual({});
});

test('a task that ends well because a signal to nx ended its children is interrupted, not stored', async () => {
  const again = join(makeFolder(), 'again');
  const line = `echo $$ > started.log; test -f '${again}' || sleep 600; mkdir -p dist; echo > dist/a`;
  const root = await adoptedNxWorkspace(script('one', line));
  const { child } = startNx(root, one, freshNxCache());
  const ended = once(child, 'exit');
  await readWhenWritten(join(root, 'packages/one'), 'started.log');
  child.kill('SIGINT');
  expect(await ended).toEqual([130, null]);
  writeFileSync(again, '');
  expect((await nx(root, one, freshNxCache())).hits).toEqual({ 'one:build': 'executed' });
});

// Nx 20 does not tell its hooks how it was called.
test.skipIf(readNxMajor() === 20)(
  'a style that streams shows lines while their task runs, once, and what comes from the cache as a whole',
  async () => {
    // The task goes on when somebody has seen its first line.
    const seen = join(makeFolder(), 'seen');
    const wait = `until test -f '${seen}'; do sleep 0.05; done`;
    const root = await adoptedNxWorkspace(
      script('one', `echo first && ${wait} && mkdir -p dist && echo > dist/a && echo last`),
    );
    const env = freshNxCache();
    const running = startNx(root, [...build, '--output-style=stream'], env);
    await running.printed('one: first\n');
    writeFileSync(seen, '');
    const cold = await running.ended;
    expect(cold.exitCode).toBe(0);
    expect(cold.stdout.match(/first|last/g)).toEqual(['first', 'last']);
    const warm = await nx(root, [...build, '--output-style=stream'], env);
    expect(warm.stdout).toMatch(/nx run one:build\s+\[[^\]]+\]\n\nfirst\nlast\n/);
    expect(warm.stdout).not.toContain('one: first');
  },
);

test('words after -- reach the tasks, and --skip-nx-cache reads no cache', async () => {
  const root = await adoptedNxWorkspace(script('one', 'mkdir -p dist && echo > dist/a && echo said'));
  expect((await nx(root, [...one, '--', '--loud', 'very'], freshNxCache())).stdout).toContain('said --loud very\n');
  await nx(root, one, freshNxCache());
  expect((await nx(root, one, freshNxCache())).hits).toEqual({
    'one:build': 'existing outputs match the cache, left as is',
  });
  expect((await nx(root, [...one, '--skip-nx-cache'], freshNxCache())).hits).toEqual({ 'one:build': 'executed' });
});

test('without batches Nx runs the original executors itself', async () => {
  const root = await adoptedNxWorkspace(script('one', 'mkdir -p dist && echo > dist/a && echo said'));
  const words = [...one, '--', '--loud=007', 'last'];
  const alone = await nx(root, words, { ...freshNxCache(), NX_BATCH_MODE: 'false' });
  expect(alone).toMatchObject({ exitCode: 0, hits: { 'one:build': 'executed' } });
  expect(alone.stdout).toContain('said --loud=007 last\n');
});

test('adopting shows what it changes, leaves the rest, and is undone to the byte', async () => {
  const project = `{
  "name": "app",
  "targets": {
    "serve": { "command": "sleep 600", "continuous": true },
    "deploy": { "command": "echo deployed" },
    "lint": {
      "executor": "nx:run-commands",
      "cache": true,
      "options": { "command": "echo $TEXT" },
      "configurations": { "loud": { "env": { "TEXT": "LINTED" } } }
    }
  }
}
`;
  const root = packedNxWorkspace({ 'packages/app/project.json': project });
  const before = git(root, 'ls-files', '-s');
  const tried = await nx(root, ['g', '@larder/nx:adopt', '--dry-run']);
  expect(tried.stdout).toContain('+      "executor": "@larder/nx:run",');
  expect(git(root, 'status', '--porcelain')).toBe('');
  await nx(root, ['g', '@larder/nx:adopt', '--targets=lint']);
  expect(git(root, 'diff', '--stat')).toMatch(/project\.json[^]*1 file changed, 3 insertions\(\+\), 2 deletions\(-\)/);
  const loud = await nx(root, ['lint', 'app', '-c', 'loud', '--output-style=static'], freshNxCache());
  expect(loud).toMatchObject({ exitCode: 0, hits: { 'app:lint:loud': 'executed' } });
  expect(loud.stdout).toContain('LINTED');
  await nx(root, ['g', '@larder/nx:adopt']);
  expect(git(root, 'diff', '--stat')).toContain('3 files changed');
  await nx(root, ['g', '@larder/nx:adopt', '--undo']);
  expect(git(root, 'status', '--porcelain')).toBe('');
  git(root, 'add', '-A');
  expect(git(root, 'ls-files', '-s')).toBe(before);
});

test('what cannot be adopted as it is, or given back to the byte, is named and not touched', async () => {
  const latin = `{"name":"latin","targets":{"build":{"executor":"nx:run-commands","options":{"command":"echo gr\u00f6\u00dfe"}}}}`;
  const app = { executor: 'nx:run-script', options: { script: 'build' } };
  const root = packedNxWorkspace({
    'packages/app/project.json': { name: 'app', targets: { build: app } },
    'packages/app/package.json': { name: 'app', scripts: { build: 'true' } },
    'nx.json': { ...nxJson, targetDefaults: { ...nxJson.targetDefaults, 'nx:run-script': { cache: true } } },
    'packages/latin/project.json': '{}',
  });
  writeFileSync(join(root, 'packages/latin/project.json'), latin, 'latin1');
  commitAll(root, 'latin');
  const { stdout } = await nx(root, ['g', '@larder/nx:adopt']);
  expect(stdout).toContain('left as it is: latin:build in packages/latin/project.json, since that could not be undone');
  expect(stdout).toContain(
    'left as it is: app:build in packages/app/project.json, since other targetDefaults would hold',
  );
  expect(git(root, 'status', '--porcelain')).toBe('');
});

async function readWhenWritten(folder: string, name: string): Promise<string> {
  const watcher = watch(folder);
  try {
    for (;;) {
      const text = existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '';
      if (text.endsWith('\n')) return text.trim();
      await once(watcher, 'change');
    }
  } finally {
    watcher.close();
  }
}
