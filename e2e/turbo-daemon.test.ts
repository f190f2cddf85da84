import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeWorkspace, writeFiles, type FileTree } from './support/make-workspace.ts';
import { readDaemons } from './support/nx-plugin-workspace.ts';
import { finish, larder, repositoryRoot, startTool } from './support/run-larder.ts';

const idle = { LARDER_DAEMON_IDLE_SECONDS: '60', TURBO_TELEMETRY_DISABLED: '1' };

/** Kills the process that serves; the one beside it stands by. */
const killDaemons = `
  const { readdirSync, readFileSync } = require('node:fs');
  const state = __dirname + '/.larder/state/daemon/';
  for (const user of readdirSync(state)) for (const file of readdirSync(state + user)) {
    if (file.endsWith('.json')) process.kill(JSON.parse(readFileSync(state + user + '/' + file)).pid, 'SIGKILL');
  }`;

function forgetLocally(root: string): void {
  for (const path of ['.turbo', 'packages/one/.turbo', 'packages/one/dist'])
    rmSync(join(root, path), { recursive: true, force: true });
}

function turboWorkspace(overrides: FileTree = {}): string {
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
    ...overrides,
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
  forgetLocally(root);
  const warm = await larder(root, ['turbo', 'run', 'build'], { env: idle });
  expect(warm.stdout).toMatch(/Cached: +1 cached, 1 total/);
  const status = await larder(root, ['daemon', 'status'], { env: idle });
  expect(status.stdout).toMatch(/1 from (?:disk|memory)/);
});

test('what was stored unsigned is not in the way of a turbo that begins to sign, and is there when it stops', async () => {
  const root = turboWorkspace();
  const unsigned = { tasks: { build: { outputs: ['dist/**'] } } };
  const signed = { ...unsigned, remoteCache: { signature: true } };
  const env = { ...idle, TURBO_REMOTE_CACHE_SIGNATURE_KEY: 'a key that is long enough' };
  const build = async (turboJson: object): Promise<string> => {
    forgetLocally(root);
    writeFiles(root, { 'turbo.json': turboJson });
    const run = await larder(root, ['turbo', 'run', 'build'], { env });
    return /Cached: +(\d) cached/.exec(run.stdout)?.[1] ?? run.stderr;
  };
  expect([await build(unsigned), await build(unsigned)]).toEqual(['0', '1']);
  expect([await build(signed), await build(signed), await build(signed)]).toEqual(['0', '1', '1']);
  expect([await build(unsigned), await build(signed)]).toEqual(['1', '1']);
  const shell = await larder(root, ['env', 'turbo'], { env });
  expect(shell.stdout).toMatch(/^export TURBO_API='http:\/\/127\.0\.0\.1:\d+\/signed'\n/);
});

test('with the remote down, turbo runs as it would without, and the daemon keeps what was built', async () => {
  const root = turboWorkspace();
  const env = { ...idle, LARDER_REMOTE_URL: 'http://127.0.0.1:9', LARDER_REMOTE_TOKEN: 't' };
  const cold = await larder(root, ['turbo', 'run', 'build'], { env });
  expect(cold).toMatchObject({ exitCode: 0 });
  forgetLocally(root);
  expect((await larder(root, ['turbo', 'run', 'build'], { env })).stdout).toMatch(/Cached: +1 cached, 1 total/);
  expect((await larder(root, ['daemon', 'status'], { env })).stdout).toContain('ECONNREFUSED');
});

test('a daemon that is killed in the middle of a run is replaced at the same address', async () => {
  const root = turboWorkspace({
    'packages/one/package.json': {
      name: 'one',
      version: '1.0.0',
      scripts: { build: 'node ../../kill.cjs && mkdir -p dist && cp src/* dist' },
    },
    'kill.cjs': killDaemons,
  });
  expect((await larder(root, ['turbo', 'run', 'build'], { env: idle })).exitCode).toBe(0);
  forgetLocally(root);
  expect((await larder(root, ['turbo', 'run', 'build'], { env: idle })).stdout).toMatch(/Cached: +1 cached, 1 total/);
});

test('turbo never sees the daemon’s own token', async () => {
  const root = turboWorkspace();
  const { stdout } = await larder(root, ['env', 'turbo'], { env: idle });
  const [, shown = ''] = /TURBO_TOKEN='([0-9a-f]{64})'/.exec(stdout) ?? [];
  const [daemon] = readDaemons(root);
  expect(shown).not.toBe('');
  expect(shown).not.toBe(daemon!.record.token);
  const status = `http://127.0.0.1:${daemon!.record.port}/v8/artifacts/status`;
  const ask = async (token: string) => (await fetch(status, { headers: { authorization: `Bearer ${token}` } })).status;
  expect([await ask(shown), await ask(daemon!.record.token)]).toEqual([200, 401]);
});

test('turbo’s exit code is the answer, and its words reach it as they are', async () => {
  const root = turboWorkspace();
  expect((await larder(root, ['turbo', 'run', 'nothing'], { env: idle })).exitCode).toBe(1);
  const planned = await larder(root, ['turbo', 'run', 'build', '--dry=json'], { env: idle });
  expect(JSON.parse(planned.stdout)).toMatchObject({ packages: ['one'] });
});

test('what ends larder turbo ends turbo and its tasks', async () => {
  const script = 'echo started $$ end && exec sleep 600';
  const root = turboWorkspace({
    'packages/one/package.json': { name: 'one', version: '1.0.0', scripts: { build: script } },
  });
  const child = startTool('larder', root, ['turbo', 'run', 'build'], { env: idle });
  let stdout = '';
  const started = new Promise<number>((resolve) => {
    child.stdout!.on('data', (chunk: unknown) => {
      stdout += String(chunk);
      const [, pid] = /started (\d+) end/.exec(stdout) ?? [];
      if (pid !== undefined) resolve(Number(pid));
    });
  });
  const finished = finish(child);
  const task = await started;
  child.kill('SIGTERM');
  await finished;
  expect(() => process.kill(task, 0)).toThrow('ESRCH');
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
