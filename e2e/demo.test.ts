import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cleanEnv, finish, repositoryRoot } from './support/run-larder.ts';

test('the demo shows what it says: it counts for itself, and fails where a step did otherwise', async () => {
  const args = ['--disable-warning=ExperimentalWarning', join(repositoryRoot, 'tools/demo/main.ts')];
  const run = await finish(spawn(process.execPath, args, { cwd: repositoryRoot, env: cleanEnv() }));
  expect(run.stderr).toBe('');
  expect(run.exitCode).toBe(0);
  expect(run.stdout).toMatch(/Nothing changed +0 +0 +27 +100 %/);
  expect(run.stdout).toMatch(/Local cache and outputs deleted +0 +27 +0 +100 %/);
});
