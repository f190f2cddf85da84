import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { makeWorkspace, writeFiles } from './support/make-workspace.ts';
import { cleanEnv, repositoryRoot } from './support/run-larder.ts';
import { startTestServer } from './support/start-server.ts';

/** The clients of other tools, as they are, against the built server: pushed cold, wiped, pulled warm. */

const run = promisify(execFile);

/** Relative paths of all files below a folder with mode and SHA-256. */
function digestTree(root: string): Readonly<Record<string, string>> {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(root, name)).isFile(),
  );
  return Object.fromEntries(
    names.sort().map((name) => {
      const sha256 = createHash('sha256')
        .update(readFileSync(join(root, name)))
        .digest('hex');
      return [name, `${(statSync(join(root, name)).mode & 0o777).toString(8)} ${sha256}`];
    }),
  );
}

/** Different with every execution: what is restored can only have come from the first one. */
const buildScript = `import { mkdirSync, writeFileSync, chmodSync } from 'node:fs';
mkdirSync('dist/nested ü', { recursive: true });
writeFileSync('dist/index.txt', String(process.hrtime.bigint()));
writeFileSync('dist/nested ü/run.sh', '#!/bin/sh\\n', { mode: 0o755 });
chmodSync('dist/nested ü/run.sh', 0o755);
console.log('built');
`;

function projects(script: string) {
  const files: Record<string, string | object> = {};
  for (const [name, dependencies] of [
    ['core', []],
    ['ui', ['core']],
    ['app', ['ui']],
  ] as const) {
    files[`packages/${name}/package.json`] = {
      name,
      version: '1.0.0',
      scripts: { build: script },
      dependencies: Object.fromEntries(dependencies.map((each) => [each, '*'])),
    };
    files[`packages/${name}/src/index.txt`] = name;
  }
  return files;
}

const outputs = ['core', 'ui', 'app'].map((name) => `packages/${name}/dist`);

function digestOutputs(root: string) {
  return outputs.map((folder) => digestTree(join(root, folder)));
}

function wipe(root: string, ...folders: readonly string[]): void {
  for (const folder of [...outputs, ...folders]) rmSync(join(root, folder), { recursive: true, force: true });
}

async function nx(root: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  const home = join(root, '.home');
  const all = { ...cleanEnv(), HOME: home, NX_DAEMON: 'false', NX_TUI: 'false', CI: 'true', ...env };
  const { stdout, stderr } = await run(join(repositoryRoot, 'node_modules/.bin/nx'), args, {
    cwd: root,
    env: all,
  });
  return stdout + stderr;
}

test('nx: every task is a remote hit after the local cache is gone, with the same bytes and modes', async () => {
  const server = await startTestServer();
  const root = makeWorkspace({
    '.gitignore': 'node_modules\ndist\n.nx\n.home\n',
    'package.json': { name: 'acme', private: true, workspaces: ['packages/*'] },
    'package-lock.json': { name: 'acme', lockfileVersion: 3, packages: {} },
    'nx.json': {
      targetDefaults: { build: { cache: true, dependsOn: ['^build'], outputs: ['{projectRoot}/dist'] } },
      analytics: false,
    },
    'build.mjs': buildScript,
    ...projects('node ../../build.mjs'),
  });
  symlinkSync(join(repositoryRoot, 'node_modules'), join(root, 'node_modules'), 'dir');
  const env = {
    NX_SELF_HOSTED_REMOTE_CACHE_SERVER: server.url,
    NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: await server.token('main', 'write'),
  };
  await nx(root, ['run-many', '-t', 'build'], env);
  const before = digestOutputs(root);
  wipe(root, '.nx', '.home');
  const warm = await nx(root, ['run-many', '-t', 'build'], env);
  expect(warm.match(/\[remote cache\]/g)).toHaveLength(3);
  expect(digestOutputs(root)).toEqual(before);

  // A pull request builds its own change and cannot make main read it; main's next build misses.
  const pullRequest = { ...env, NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: await server.token('pr/1', 'write') };
  writeFiles(root, { 'packages/app/src/index.txt': 'changed' });
  wipe(root, '.nx', '.home');
  expect((await nx(root, ['run-many', '-t', 'build'], pullRequest)).match(/\[remote cache\]/g)).toHaveLength(2);
  wipe(root, '.nx', '.home');
  expect((await nx(root, ['run-many', '-t', 'build'], env)).match(/\[remote cache\]/g)).toHaveLength(2);
});

test('turbo with signatures: every task is a remote hit, with the same bytes; a pull request’s own never reaches main', async () => {
  const server = await startTestServer();
  const root = makeWorkspace({
    '.gitignore': 'node_modules\ndist\n.turbo\n',
    'package.json': { name: 'acme', private: true, workspaces: ['packages/*'], packageManager: 'npm@11.0.0' },
    'turbo.json': {
      remoteCache: { enabled: true, signature: true },
      tasks: { build: { dependsOn: ['^build'], outputs: ['dist/**'] } },
    },
    'build.mjs': buildScript,
    ...projects('node ../../build.mjs'),
  });
  const env = {
    TURBO_API: server.url,
    TURBO_TOKEN: await server.token('main', 'write'),
    TURBO_TEAM: 'acme',
    TURBO_REMOTE_CACHE_SIGNATURE_KEY: 'secret',
    TURBO_TELEMETRY_DISABLED: '1',
  };
  const turbo = async (more: Readonly<Record<string, string>> = {}): Promise<string> => {
    const all = { ...cleanEnv(), ...env, ...more };
    const args = ['run', 'build', '--cache=remote:rw', '--no-daemon'];
    const { stdout, stderr } = await run(join(repositoryRoot, 'node_modules/.bin/turbo'), args, {
      cwd: root,
      env: all,
    });
    return stdout + stderr;
  };
  expect(await turbo()).toMatch(/Cached:\s+0 cached, 3 total/);
  const before = digestOutputs(root);
  wipe(root);
  expect(await turbo()).toMatch(/Cached:\s+3 cached, 3 total/);
  expect(digestOutputs(root)).toEqual(before);

  // Another key: what is there is not believed.
  expect(await turbo({ TURBO_REMOTE_CACHE_SIGNATURE_KEY: 'other' })).toMatch(/Cached:\s+0 cached, 3 total/);

  writeFiles(root, { 'packages/app/src/index.txt': 'changed' });
  expect(await turbo({ TURBO_TOKEN: await server.token('pr/1', 'write') })).toMatch(/Cached:\s+2 cached, 3 total/);
  wipe(root);
  expect(await turbo()).toMatch(/Cached:\s+2 cached, 3 total/);
});

/** Bazel takes no path with spaces, which the other tests are run in on purpose. Its output has no rights to write. */
function makePlainFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'larder-bazel-'));
  onTestFinished(async () => {
    await run('chmod', ['-R', 'u+w', folder]);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return folder;
}

async function isThere(command: string): Promise<boolean> {
  return await run(command, ['--version'], { cwd: '/' }).then(
    () => true,
    () => false,
  );
}

test('bazel: every action is a remote hit for another output base, with the same bytes', async (context) => {
  if (!(await isThere('bazel'))) context.skip('no bazel here; Debian has it as bazel-bootstrap');
  const server = await startTestServer();
  const root = makePlainFolder();
  const rule = (name: string, sources: string): string =>
    `genrule(name = "${name}", srcs = [${sources}], outs = ["${name}.txt"], cmd = "(cat $(SRCS); date +%s%N) > $@; echo said")\n`;
  writeFiles(root, { WORKSPACE: '', BUILD: rule('one', '"in.txt"') + rule('two', '":one"'), 'in.txt': 'hello\n' });
  const build = async (
    outputRoot: string,
    scope: string,
    rights: 'read' | 'write',
  ): Promise<{ log: string; two: string }> => {
    const url = server.url.replace('//', `//ci:${await server.token(scope, rights)}@`);
    // One folder per call has a server of its own: nothing is shared but the remote cache.
    const args = [
      `--output_user_root=${outputRoot}`,
      '--batch',
      'build',
      '//:two',
      `--remote_cache=${url}/team`,
      '--color=no',
      '--curses=no',
    ];
    const { stderr } = await run('bazel', args, {
      cwd: root,
      env: { ...cleanEnv(), HOME: outputRoot, USER: 'e2e' },
      maxBuffer: 1e8,
    });
    return { log: stderr, two: readFileSync(join(root, 'bazel-bin/two.txt'), 'utf8') };
  };
  const cold = await build(makePlainFolder(), 'main', 'write');
  expect(cold.log).not.toContain('remote cache hit');
  const warm = await build(makePlainFolder(), 'pr/1', 'read');
  expect(warm.log).toContain('2 remote cache hit');
  expect(warm.two).toBe(cold.two);
  expect(warm.log).not.toContain('WARNING: Remote Cache');
});
