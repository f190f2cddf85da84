// Lets the nx of several majors use the built cache server: node tools/nx-cache-matrix.mjs [versions].
// Each is installed from the registry into a temporary folder, pushes cold, loses everything local, and pulls warm: each
// task must be a remote hit, and the outputs those of the first run, byte for byte. The build writes the time, so that
// executing again would show. Once nx asks the server itself, once Larder's packed plugin stands between the two, then
// also with nx's own daemon. Ends with 1 where a version differs.
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const larderServer = join(dirname(import.meta.dirname), 'packages/server/bundle/larder-server.js');
const versions = process.argv.length > 2 ? process.argv.slice(2) : ['20.8.4', '21.6.11', '22.7.12', '23.3.2'];
const projects = { core: [], ui: ['core'], app: ['ui'] };
const names = Object.keys(projects);
const nxJson = {
  targetDefaults: { build: { cache: true, dependsOn: ['^build'], outputs: ['{projectRoot}/dist'] } },
  analytics: false,
};
const build = `import { mkdirSync, writeFileSync } from 'node:fs';
mkdirSync('dist/nested', { recursive: true });
writeFileSync('dist/index.txt', String(process.hrtime.bigint()));
writeFileSync('dist/nested/run.sh', '#!/bin/sh\\n', { mode: 0o755 });
console.log('built');
`;

const packed = mkdtempSync(join(tmpdir(), 'larder-nx-plugin-'));
const { stdout: packedName } = await run('npm', ['pack', '--silent', '--pack-destination', packed], {
  cwd: join(dirname(import.meta.dirname), 'plugins/nx'),
});
const plugin = join(packed, packedName.trim().split('\n').at(-1));

for (const version of versions) {
  const folder = mkdtempSync(join(tmpdir(), 'larder-nx-cache-'));
  const server = await startServer(join(folder, 'cache'));
  try {
    const root = join(folder, 'workspace');
    makeWorkspace(root, version);
    await run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root });
    report(`nx ${version}`, await pushAndPull(root, ofNx(server)));
    // What nx has stored must not help the plugin.
    write(root, 'packages/core/src/index.txt', 'with the plugin');
    write(root, 'nx.json', { ...nxJson, plugins: ['@larder/nx'] });
    report(`nx ${version} with the plugin`, await pushAndPull(root, ofPlugin(server)));
    forget(root, ['.nx', '.home']);
    const withDaemon = await pull(root, { ...ofPlugin(server), CI: 'false', NX_DAEMON: 'true' });
    await nx(root, { NX_DAEMON: 'true' }, ['daemon', '--stop']);
    report(`nx ${version} with the plugin and nx's daemon`, withDaemon);
  } finally {
    server.child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
rmSync(packed, { recursive: true, force: true });

function report(what, { hits, areSame }) {
  console.log(`${what}: ${hits} of ${names.length} remote hits, outputs ${areSame ? 'the same' : 'differ'}`);
  if (hits !== names.length || !areSame) process.exitCode = 1;
}

function ofNx({ url, token }) {
  return { NX_SELF_HOSTED_REMOTE_CACHE_SERVER: url, NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: token };
}

function ofPlugin({ url, token }) {
  return { LARDER_REMOTE_URL: url, LARDER_REMOTE_TOKEN: token, LARDER_DAEMON_IDLE_SECONDS: '30' };
}

async function pushAndPull(root, env) {
  for (const name of names) rmSync(join(root, 'packages', name, 'dist'), { recursive: true, force: true });
  const cold = await nx(root, env);
  if (/\[remote cache\]/.test(cold)) throw new Error(`The first run was not cold:\n${cold}`);
  forget(root, ['.nx', '.home', '.larder']);
  return await pull(root, env);
}

/** The outputs are those of the run before, and gone. */
async function pull(root, env) {
  const before = digestOutputs(root);
  for (const name of names) rmSync(join(root, 'packages', name, 'dist'), { recursive: true });
  const warm = await nx(root, env);
  const areSame =
    names.every((name) => existsSync(join(root, 'packages', name, 'dist'))) && digestOutputs(root) === before;
  return { hits: warm.match(/\[remote cache\]/g)?.length ?? 0, areSame };
}

/** A daemon whose folder is gone leaves by itself. */
function forget(root, folders) {
  for (const name of folders) rmSync(join(root, name), { recursive: true, force: true, maxRetries: 5 });
}

async function nx(root, own, args = ['run-many', '-t', 'build']) {
  const env = {
    PATH: process.env.PATH,
    HOME: join(root, '.home'),
    CI: 'true',
    NX_DAEMON: 'false',
    NX_TUI: 'false',
    NX_NO_CLOUD: 'true',
    NX_SKIP_PROVENANCE_CHECK: 'true',
    ...own,
  };
  mkdirSync(env.HOME, { recursive: true });
  const { stdout, stderr } = await run(join(root, 'node_modules/.bin/nx'), args, { cwd: root, env });
  return stdout + stderr;
}

function makeWorkspace(root, version) {
  write(root, '.gitignore', 'node_modules\ndist\n.nx\n.home\n.larder\n');
  write(root, 'build.mjs', build);
  write(root, 'package.json', {
    name: 'acme',
    private: true,
    workspaces: ['packages/*'],
    devDependencies: { nx: version, '@larder/nx': `file:${plugin}` },
  });
  write(root, 'nx.json', nxJson);
  for (const [name, dependencies] of Object.entries(projects)) {
    const links = Object.fromEntries(dependencies.map((each) => [each, '*']));
    const scripts = { build: 'node ../../build.mjs' };
    write(root, `packages/${name}/package.json`, {
      name,
      version: '1.0.0',
      private: true,
      scripts,
      dependencies: links,
    });
    write(root, `packages/${name}/src/index.txt`, name);
  }
}

function write(root, path, content) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
}

/** Of the paths, modes and bytes of all outputs. */
function digestOutputs(root) {
  const digest = createHash('sha256');
  for (const name of names) {
    const folder = join(root, 'packages', name, 'dist');
    for (const path of readdirSync(folder, { recursive: true }).toSorted((a, b) => (a < b ? -1 : 1))) {
      const stat = statSync(join(folder, path));
      digest.update(JSON.stringify([name, path, stat.mode]));
      if (stat.isFile()) digest.update(readFileSync(join(folder, path)));
    }
  }
  return digest.digest('hex');
}

async function startServer(storage) {
  mkdirSync(storage);
  const scope = ['--storage', storage, '--scope', 'main', '--access', 'write'];
  const { stdout } = await run(process.execPath, [larderServer, 'token', 'create', ...scope]);
  const child = spawn(process.execPath, [larderServer, '--storage', storage, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [url] = await new Promise((resolve, reject) => {
    child.stdout.once('data', (data) => resolve(/http:\S+/.exec(String(data))));
    child.once('error', reject);
  });
  return { child, url, token: stdout.trim() };
}
