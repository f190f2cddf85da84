// What the plugin costs a run of nx: node bench/nx-plugin-overhead.mjs [rounds] [cached|cold]. Variants take turns within a
// round, so that whatever else the machine does meets all of them; ratios of medians are printed, of wall time and of
// processor time: that of nx and every process that it starts, as `perf stat` counts it (without perf there is none;
// `time` leaves out workers that end after nx). Daemons, of nx or Larder, have been running before and do not count.
// "empty" is a plugin with the same hooks that does nothing: what Nx asks for any such plugin. "no workers" is
// NX_ISOLATE_PLUGINS=false. NX_UNDER_TEST names a node_modules with another nx.
//
// cached  `nx run-many` where nx's own cache has everything, with nx's daemon off and on
// cold    nothing is cached; a cache server that keeps nothing stands behind nx, or behind Larder's daemon
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const repository = dirname(import.meta.dirname);
const [rounds, part] = [Number(process.argv[2] ?? 9), process.argv[3]];
const projects = 20;
const root = mkdtempSync(join(tmpdir(), 'larder-nx-bench-'));
const nxCache = join(root, '.bench-cache');
const nxFolder = join(process.env.NX_UNDER_TEST ?? join(repository, 'node_modules'), 'nx');
const nxBin = ['dist/bin/nx.js', 'bin/nx.js'].map((path) => join(nxFolder, path)).find((path) => existsSync(path));
const counter = join(root, '.bench-perf');
const hasPerf = spawnSync('perf', ['stat', '-e', 'task-clock', 'true']).status === 0;
const [empty, larderPlugin] = [['empty-plugin'], ['@larder/nx']];

const server = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(request.method === 'GET' ? 404 : 200).end());
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const remote = `http://127.0.0.1:${server.address().port}`;

try {
  makeWorkspace();
  if (part !== 'cold') await measureCached();
  if (part !== 'cached') await measureCold();
} finally {
  stopNxDaemon();
  larder('daemon', 'stop', '--force');
  server.close();
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
}

async function measureCached() {
  const alone = { NX_DAEMON: 'false' };
  const inNx = { ...alone, NX_ISOLATE_PLUGINS: 'false' };
  const withoutWorkers = { 'none, no workers': [[], inNx], 'larder, no workers': [larderPlugin, inNx] };
  await measure("cached, nx's daemon off", { ...inEach(alone), ...withoutWorkers }, () => {});
  // The daemon is one or the other for as long as it lives.
  await measure("cached, nx's daemon on", inEach({ NX_DAEMON: 'true' }), () => {});
  stopNxDaemon();
  const inDaemon = { NX_DAEMON: 'true', NX_ISOLATE_PLUGINS: 'false' };
  await measure("cached, nx's daemon on, no workers", inEach(inDaemon), () => {});
  stopNxDaemon();
}

function inEach(env) {
  return { none: [[], env], empty: [empty, env], larder: [larderPlugin, env] };
}

async function measureCold() {
  const env = { NX_DAEMON: 'false' };
  const nxRemote = {
    ...env,
    NX_SELF_HOSTED_REMOTE_CACHE_SERVER: remote,
    NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: 'x',
  };
  const larderRemote = { ...env, LARDER_REMOTE_URL: remote, LARDER_REMOTE_TOKEN: 'x' };
  const variants = { none: [[], nxRemote], empty: [empty, nxRemote], larder: [larderPlugin, larderRemote] };
  await measure('cold with a remote', variants, forget);
}

/** Each variant is its plugins and its environment; `prepare` comes before each run that counts. */
async function measure(title, variants, prepare) {
  const samples = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (const name of turn(Object.keys(variants), round)) {
      const [plugins, env] = variants[name];
      usePlugins(plugins);
      // The first run after nx.json has changed computes the graph anew: it does not count.
      await runNx(env);
      prepare();
      const sample = await runNx(env);
      if (round >= 0) samples[name].push(sample);
    }
  }
  print(title, samples);
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

/** Milliseconds: wall, and of the processor. */
async function runNx(env) {
  const count = hasPerf ? ['perf', 'stat', '-x,', '-o', counter, '-e', 'task-clock'] : [];
  const [program, ...args] = [...count, process.execPath, nxBin, 'run-many', '-t', 'build'];
  const startedAt = performance.now();
  const child = spawn(program, args, {
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
  const code = await new Promise((resolve) => child.on('exit', resolve));
  const wall = performance.now() - startedAt;
  if (code !== 0) throw new Error(output);
  return { wall, cpu: hasPerf ? readCount() : Number.NaN };
}

function readCount() {
  const line = readFileSync(counter, 'utf8')
    .split('\n')
    .find((each) => each.includes('task-clock'));
  return Number(line.split(',')[0]);
}

function print(title, samples) {
  const { version } = JSON.parse(readFileSync(join(nxFolder, 'package.json'), 'utf8'));
  console.log(`nx ${version}, ${title}: ${rounds} rounds, medians`);
  for (const [name, runs] of Object.entries(samples)) {
    const cells = ['wall', 'cpu'].map((key) => {
      const own = median(runs.map((run) => run[key]));
      const [base, floor] = ['none', 'empty'].map((other) => median(samples[other].map((run) => run[key])));
      return `${key} ${own.toFixed(0)} ms, ${percent(own / base)} of none, ${percent(own / floor)} of empty`;
    });
    console.log(`  ${name.padEnd(18)} ${cells.join('; ')}`);
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
  symlinkSync(nxFolder, join(root, 'node_modules/nx'));
  symlinkSync(join(repository, 'plugins/nx'), join(root, 'node_modules/@larder/nx'));
  write('.gitignore', 'node_modules\ndist\n.larder\n.bench-*\n');
  write('package.json', { name: 'bench', private: true, workspaces: ['packages/*'] });
  // A package, as plugins are: for a file of the workspace nx would set up compilers.
  const hooks = 'createNodesV2: ["nx.json", () => []], preTasksExecution() {}, postTasksExecution() {}';
  write('node_modules/empty-plugin/package.json', { name: 'empty-plugin', version: '1.0.0', main: 'index.js' });
  write('node_modules/empty-plugin/index.js', `module.exports = { name: "empty", ${hooks} };\n`);
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
  execFileSync(process.execPath, [nxBin, 'daemon', '--stop'], {
    cwd: root,
    env,
    stdio: 'ignore',
  });
}

function larder(...args) {
  execFileSync(join(repository, 'tools/larder'), args, { cwd: root, stdio: 'ignore' });
}
