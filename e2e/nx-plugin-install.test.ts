import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { countWorkers } from './support/count-workers.ts';
import { freshNxCache, nx, nxPluginFiles, readOutputs, removeOutputs } from './support/nx-plugin-workspace.ts';
import { makeFolder, makeWorkspace, writeFiles } from './support/make-workspace.ts';
import { cleanEnv, repositoryRoot } from './support/run-larder.ts';

const minutes = 60_000;

/** Takes nx from the registry: CI does, `npm test` need not. */
const usesRegistry = process.env['CI'] !== undefined;

function npm(cwd: string, ...args: readonly string[]): string {
  return execFileSync('npm', args, { cwd, env: cleanEnv(), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

/** As a user does: the packed plugin and nx, by `npm install`; nothing leads into this repository. */
function installedNxWorkspace(): string {
  const packed = makeFolder();
  const tarball = npm(join(repositoryRoot, 'plugins/nx'), 'pack', '--pack-destination', packed)
    .trim()
    .split('\n')
    .at(-1);
  const devDependencies = {
    nx: process.env['LARDER_E2E_NX'] ?? '24.0.6',
    '@larder/nx': `file:${join(packed, tarball ?? '')}`,
  };
  const root = makeWorkspace(
    nxPluginFiles({ 'package.json': { name: 'acme', private: true, workspaces: ['packages/*'], devDependencies } }),
  );
  npm(root, 'install', '--no-audit', '--no-fund', '--ignore-scripts');
  return root;
}

test.runIf(usesRegistry)(
  'the packed plugin works in a workspace that installed it, cold, warm and with the nx daemon',
  async () => {
    const root = installedNxWorkspace();
    const build = ['run-many', '-t', 'build'];
    const cold = await nx(root, build, freshNxCache());
    expect(cold).toMatchObject({ exitCode: 0, hits: { 'one:build': 'executed', 'two:build': 'executed' } });
    const outputs = readOutputs(root);
    for (const NX_DAEMON of ['false', 'true']) {
      removeOutputs(root);
      const warm = await nx(root, build, { ...freshNxCache(), NX_DAEMON });
      expect(warm).toMatchObject({ exitCode: 0, hits: { 'one:build': 'remote cache', 'two:build': 'remote cache' } });
      expect(readOutputs(root)).toEqual(outputs);
    }
    await nx(root, ['daemon', '--stop']);
    await nx(root, ['g', '@larder/nx:adopt']);
    const batch = await nx(root, build, freshNxCache());
    expect(batch).toMatchObject({ exitCode: 0, hits: { 'one:build': 'executed', 'two:build': 'executed' } });
    expect(batch.stdout).toContain('Running 2 tasks with @larder/nx:run');
    writeFiles(root, { 'nx.json': {} });
    const env = { ...cleanEnv(), NX_DAEMON: 'false', NX_NO_CLOUD: 'true' };
    execFileSync(join(root, 'node_modules/.bin/nx'), ['g', '@larder/nx:init'], { cwd: root, env, stdio: 'ignore' });
    expect(JSON.parse(readFileSync(join(root, 'nx.json'), 'utf8'))).toMatchObject({ plugins: ['@larder/nx'] });
    expect(readFileSync(join(root, '.env'), 'utf8')).toContain('NX_ISOLATE_PLUGINS=false\n');
    await nx(root, ['g', '@larder/nx:adopt', '--undo']);
    const own = freshNxCache();
    await nx(root, build, own);
    expect(await countWorkers(root, build, own)).toMatchObject({ exitCode: 0, workers: 0 });
  },
  5 * minutes,
);
