import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { countWorkers } from './support/count-workers.ts';
import { writeFiles } from './support/make-workspace.ts';
import { readNxMajor } from './support/nx-under-test.ts';
import {
  freshNxCache,
  linkedNxWorkspace,
  nx,
  nxJson,
  readOutputs,
  removeOutputs,
} from './support/nx-plugin-workspace.ts';

const build = ['run-many', '-t', 'build'];
const heedsFile = readNxMajor() >= 22;

/** Where init has nothing to change but `.env`: nx.json and .gitignore are part of every hash. */
function workspaceWith(plugins: readonly unknown[]): string {
  return linkedNxWorkspace({
    '.gitignore': 'node_modules\ndist\n.nx\n.larder\nstarted.log\n',
    'nx.json': { ...nxJson, plugins },
  });
}

/** Its environment for every command, so that nx's daemon stays the same. */
function environmentFor(root: string, NX_DAEMON: string): Readonly<Record<string, string>> {
  const env = { ...freshNxCache(), NX_DAEMON };
  onTestFinished(async () => {
    if (NX_DAEMON === 'true') await nx(root, ['daemon', '--stop'], env);
  });
  return env;
}

const init = ['g', '@larder/nx:init'];
const local = { 'one:build': 'local cache', 'two:build': 'local cache' };

test.runIf(heedsFile).each(['false', 'true'])(
  'after init no process is started for plugins, and runs are what they were: nx daemon %s',
  async (NX_DAEMON) => {
    const root = workspaceWith(['@larder/nx']);
    const env = environmentFor(root, NX_DAEMON);
    const before = await countWorkers(root, build, env);
    expect([before.exitCode, before.workers > 0]).toEqual([0, true]);
    const outputs = readOutputs(root);
    expect((await nx(root, init, env)).exitCode).toBe(0);
    expect(readFileSync(join(root, '.env'), 'utf8')).toContain('\nNX_ISOLATE_PLUGINS=false\n');
    removeOutputs(root);
    expect(await nx(root, build, env)).toMatchObject({ exitCode: 0, hits: local });
    removeOutputs(root);
    const cached = await countWorkers(root, build, env);
    expect(cached).toMatchObject({ exitCode: 0, hits: local, workers: 0 });
    expect(cached.stdout.includes('2 of 2 tasks were hits')).toBe(NX_DAEMON === 'false');
    expect(readOutputs(root)).toEqual(outputs);
    const moved = { ...env, ...freshNxCache(), NX_DAEMON: 'false' };
    expect(await countWorkers(root, build, moved)).toMatchObject({ exitCode: 0, workers: 0 });
  },
  120_000,
);

test.runIf(heedsFile)(
  'nx’s daemon computes the project graph once, whatever the hooks hand to the runs that it serves',
  async () => {
    const root = workspaceWith(['@larder/nx']);
    writeFiles(root, { '.env': 'NX_ISOLATE_PLUGINS=false\n' });
    const env = environmentFor(root, 'true');
    for (const hits of [{}, local, local]) {
      if (hits === local) removeOutputs(root);
      expect(await nx(root, build, env)).toMatchObject({ exitCode: 0, hits });
    }
    const log = readFileSync(join(env['NX_WORKSPACE_DATA_DIRECTORY'] ?? '', 'd/daemon.log'), 'utf8');
    expect(log.match(/'@larder\/nx:preTasksExecution'/g)).toHaveLength(3);
    expect(log).not.toMatch(/recompute necessary due to env variable refresh/);
  },
  60_000,
);

test('init leaves the processes where other plugins are or somebody says so, and takes its line back', async () => {
  const env = freshNxCache();
  const others = workspaceWith(['other']);
  writeFiles(others, {
    'node_modules/other/package.json': { name: 'other', version: '1.0.0', main: 'index.cjs' },
    'node_modules/other/index.cjs': 'module.exports = { name: "other" };',
  });
  const asked = await nx(others, init, env);
  expect([asked.exitCode, existsSync(join(others, '.env'))]).toEqual([0, false]);
  expect(asked.stdout.includes('--no-isolate-plugins')).toBe(heedsFile);
  expect((await nx(others, [...init, '--no-isolate-plugins'], env)).exitCode).toBe(0);
  expect(existsSync(join(others, '.env'))).toBe(heedsFile);
  expect((await nx(others, [...init, '--isolatePlugins'], env)).exitCode).toBe(0);
  expect(existsSync(join(others, '.env'))).toBe(false);

  const root = workspaceWith([]);
  expect((await nx(root, [...init, '--isolatePlugins=true'], env)).exitCode).toBe(0);
  expect(existsSync(join(root, '.env'))).toBe(false);
});
