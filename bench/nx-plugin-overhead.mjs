// What the plugin costs a run of nx: node bench/nx-plugin-overhead.mjs [rounds]. Variants take turns within a round, so
// that whatever else the machine does meets all of them; ratios of medians are printed, of wall time and of processor time
// (nx and the processes that it waits for). "empty" is a plugin that does nothing: what Nx asks for any plugin.
//
// cached  `nx run-many` where nx's own cache has everything, with nx's daemon off and on
// cold    nothing is cached; a cache server that keeps nothing stands behind nx, or behind Larder's daemon
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const repository = dirname(import.meta.dirname);
const rounds = Number(process.argv[2] ?? 9);
const projects = 20;
const root = mkdtempSync(join(tmpdir(), 'larder-nx-bench-'));
const nxCache = join(root, '.bench-cache');
const plugins = { none: [], empty: ['empty-plugin'], larder: ['@larder/nx'] };

const server = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(request.method === 'GET' ? 404 : 200).end());
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const remote = `http://127.0.0.1:${server.address().port}`;

try {
  makeWorkspace();
  for (const daemon of ['false', 'true']) await measureCached(daemon);
  await measureCold();
} finally {
  stopNxDaemon();
  larder('daemon', 'stop', '--force');
  server.close();
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
}

async function measureCached(NX_DAEMON) {
  const env = { NX_DAEMON };
  const samples = { none: [], empty: [], larder: [] };
  for (let round = -1; round < rounds; round += 1) {
    for (const name of turn(Object.keys(samples), round)) {
      usePlugins(plugins[name]);
      // The first run after nx.json has changed computes the graph anew: it does not count.
      await runNx(env);
      const sample = await runNx(env);
      if (round >= 0) samples[name].push(sample);
    }
  }
  stopNxDaemon();
  print(`cached, nx's daemon ${NX_DAEMON === 'true' ? 'on' : 'off'}`, samples);
}

async function measureCold() {
  const nxRemote = { NX_SELF_HOSTED_REMOTE_CACHE_SERVER: remote, NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: 'x' };
  const larderRemote = { LARDER_REMOTE_URL: remote, LARDER_REMOTE_TOKEN: 'x' };
  const variants = { none: nxRemote, empty: nxRemote, larder: larderRemote };
  const samples = { none: [], empty: [], larder: [] };
  for (let round = -1; round < rounds; round += 1) {
    for (const name of turn(Object.keys(samples), round)) {
      usePlugins(plugins[name]);
      const env = { NX_DAEMON: 'false', ...variants[name] };
      await runNx(env);
      forget();
      const sample = await runNx(env);
      if (round >= 0) samples[name].push(sample);
    }
  }
  print('cold with a remote', samples);
}

/** Everything that was built, but not the daemons. */
function forget() {
  rmSync(nxCache, { recursive: true, force: true });
  execFileSync('sh', ['-c', 'rm -rf packages/*/dist .larder/state/daemon/*/entries'], { cwd: root });
}

/** Another one comes first in each round. */
function turn(names, round) {
  const by = (round + names.length) % names.length;
  return [...names.slice(by), ...names.slice(0, by)];
}

/** Seconds: wall, and of the processor. */
async function runNx(env) {
  const command = `TIMEFORMAT='%R %U %S'; time "$0" node_modules/nx/dist/bin/nx.js run-many -t build`;
  const child = spawn('bash', ['-c', command, process.execPath], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      HOME: join(root, '.bench-home'),
      CI: 'false',
      NX_NO_CLOUD: 'true',
      NX_TUI: 'false',
      NX_CACHE_DIRECTORY: nxCache,
      NX_WORKSPACE_DATA_DIRECTORY: join(root, '.bench-data'),
      NX_SKIP_PROVENANCE_CHECK: 'true',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  const code = await new Promise((resolve) => child.on('close', resolve));
  const [, wall, user, system] = /([\d.]+) ([\d.]+) ([\d.]+)\s*$/.exec(output) ?? [];
  if (code !== 0 || system === undefined) throw new Error(output);
  return { wall: Number(wall), cpu: Number(user) + Number(system) };
}

function print(title, samples) {
  console.log(`${title}: ${rounds} rounds, medians`);
  for (const [name, runs] of Object.entries(samples)) {
    const cells = ['wall', 'cpu'].map((key) => {
      const own = median(runs.map((run) => run[key]));
      const [base, empty] = ['none', 'empty'].map((other) => median(samples[other].map((run) => run[key])));
      return `${key} ${own.toFixed(3)} s, ${percent(own / base)} of none, ${percent(own / empty)} of empty`;
    });
    console.log(`  ${name.padEnd(7)} ${cells.join('; ')}`);
  }
}

function percent(ratio) {
  return `${(ratio * 100).toFixed(1)} %`;
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function usePlugins(list) {
  const targetDefaults = { build: { cache: true, dependsOn: ['^build'], outputs: ['{projectRoot}/dist'] } };
  write('nx.json', { plugins: list, targetDefaults, analytics: false });
}

function makeWorkspace() {
  mkdirSync(join(root, 'node_modules/@larder'), { recursive: true });
  symlinkSync(join(repository, 'node_modules/nx'), join(root, 'node_modules/nx'));
  symlinkSync(join(repository, 'plugins/nx'), join(root, 'node_modules/@larder/nx'));
  write('.gitignore', 'node_modules\ndist\n.larder\n.bench-*\n');
  write('package.json', { name: 'bench', private: true, workspaces: ['packages/*'] });
  // A package, as plugins are: for a file of the workspace nx would set up compilers.
  const hooks = 'module.exports = { name: "empty", preTasksExecution() {}, postTasksExecution() {} };\n';
  write('node_modules/empty-plugin/package.json', { name: 'empty-plugin', version: '1.0.0', main: 'index.js' });
  write('node_modules/empty-plugin/index.js', hooks);
  mkdirSync(join(root, '.bench-home'));
  for (let index = 0; index < projects; index += 1) {
    const dependencies = index % 4 === 0 ? {} : { [`p${index - 1}`]: '1.0.0' };
    const nx = {
      targets: { build: { command: 'mkdir -p dist && cp src.txt dist', options: { cwd: '{projectRoot}' } } },
    };
    write(`packages/p${index}/package.json`, { name: `p${index}`, version: '1.0.0', dependencies, nx });
    write(`packages/p${index}/src.txt`, `${index}\n`);
  }
  execFileSync('git', ['init', '-q'], { cwd: root });
}

function write(path, content) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`);
}

function stopNxDaemon() {
  const env = { ...process.env, NX_WORKSPACE_DATA_DIRECTORY: join(root, '.bench-data'), NX_DAEMON: 'true' };
  execFileSync(process.execPath, ['node_modules/nx/dist/bin/nx.js', 'daemon', '--stop'], {
    cwd: root,
    env,
    stdio: 'ignore',
  });
}

function larder(...args) {
  execFileSync(join(repository, 'tools/larder'), args, { cwd: root, stdio: 'ignore' });
}
