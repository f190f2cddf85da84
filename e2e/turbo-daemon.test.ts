import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeWorkspace } from './support/make-workspace.ts';
import { larder, repositoryRoot } from './support/run-larder.ts';

const idle = { LARDER_DAEMON_IDLE_SECONDS: '60', TURBO_TELEMETRY_DISABLED: '1' };

function turboWorkspace(): string {
  const root = makeWorkspace({
    '.gitignore': 'node_modules\ndist\n.turbo\n',
    'package.json': { name: 'acme', private: true, workspaces: ['packages/*'], packageManager: 'npm@11.0.0' },
    'package-lock.json': { name: 'acme', lockfileVersion: 3, packages: {} },
    'turbo.json': { tasks: { build: { outputs: ['dist/**'] } } },
    'packages/one/package.json': {
      name: 'one',
      version: '1.0.0',
      scripts: { build: 'mkdir -p dist && cp src/* dist' },
    },
    'packages/one/src/a.txt': 'a\n',
  });
  mkdirSync(join(root, 'node_modules'));
  for (const name of ['turbo', '@turbo'])
    symlinkSync(join(repositoryRoot, 'node_modules', name), join(root, 'node_modules', name));
  return root;
}

test('turbo gets back what it stored in the daemon, after it has lost its own cache', async () => {
  const root = turboWorkspace();
  const cold = await larder(root, ['turbo', 'run', 'build'], { env: idle });
  expect(cold.exitCode).toBe(0);
  expect(cold.stdout).toMatch(/Cached: +0 cached, 1 total/);
  for (const path of ['.turbo', 'packages/one/.turbo', 'packages/one/dist'])
    rmSync(join(root, path), { recursive: true, force: true });
  const warm = await larder(root, ['turbo', 'run', 'build'], { env: idle });
  expect(warm.stdout).toMatch(/Cached: +1 cached, 1 total/);
  const status = await larder(root, ['daemon', 'status'], { env: idle });
  expect(status.stdout).toMatch(/1 from (?:disk|memory)/);
});

test('turbo’s exit code is the answer, and its words reach it as they are', async () => {
  const root = turboWorkspace();
  expect((await larder(root, ['turbo', 'run', 'nothing'], { env: idle })).exitCode).toBe(1);
  const planned = await larder(root, ['turbo', 'run', 'build', '--dry=json'], { env: idle });
  expect(JSON.parse(planned.stdout)).toMatchObject({ packages: ['one'] });
});

test('the daemon starts once, is told of, and stops', async () => {
  const root = turboWorkspace();
  expect((await larder(root, ['daemon', 'status'], { env: idle })).stdout).toBe('No daemon runs here.\n');
  expect((await larder(root, ['daemon', 'start'], { env: idle })).stdout).toMatch(/^Started: process \d+/);
  expect((await larder(root, ['daemon', 'start'], { env: idle })).stdout).toMatch(/^Running already/);
  expect((await larder(root, ['env', 'turbo'], { env: idle })).stdout).toMatch(
    /^export TURBO_API='http:\/\/127\.0\.0\.1:\d+'\n/,
  );
  expect((await larder(root, ['daemon', 'stop', '--force'], { env: idle })).stdout).toMatch(/^Process \d+ ends\.$/m);
});
