// What the plugin costs a run of nx: node bench/nx-plugin-overhead.mjs [rounds] [cached|cold]. Variants take turns within a
// round, so that whatever else the machine does meets all of them; ratios of medians are printed, of wall time and of
// processor time: that of nx and every process that it starts, as `perf stat` counts it (without perf there is none;
// `time` leaves out workers that end after nx), and what nx's daemon and the processes that it starts have used meanwhile.
// Larder's daemon has been running before and does not count. NX_UNDER_TEST names a node_modules with another nx.
//
// none    nx as it is, without any plugin: what all others are compared with
// empty   a plugin with the same hooks that does nothing: what Nx asks for any such plugin
// added   as `nx add @larder/nx` leaves a workspace: with NX_ISOLATE_PLUGINS=false in .env (nx 22.1 and later)
// larder  the plugin without that line;  "none, in nx", "empty, in nx": that line without any plugin, with the empty one
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
/** The first fills the caches, with the second nx's daemon is at rest. */
const warmUps = 2;
const nxFolder = join(process.env.NX_UNDER_TEST ?? join(repository, 'node_modules'), 'nx');
const nxBin = ['dist/bin/nx.js', 'bin/nx.js'].map((path) => join(nxFolder, path)).find((path) => existsSync(path));
const hasPerf = spawnSync('perf', ['stat', '-e', 'task-clock', 'true']).status === 0;
const [empty, larderPlugin] = [['empty-plugin'], ['@larder/nx']];
const shared = 'NX_ISOLATE_PLUGINS=false\n';
// A workspace for each, and so a daemon of nx: one that sees another nx.json before each run is not at rest.
const workspaces = {
  none: makeWorkspace([], ''),
  empty: makeWorkspace(empty, ''),
  larder: makeWorkspace(larderPlugin, ''),
  added: makeWorkspace(larderPlugin, shared),
  'none, in nx': makeWorkspace([], shared),
  'empty, in nx': makeWorkspace(empty, shared),
};

const server = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(request.method === 'GET' ? 404 : 200).end());
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const remote = `http://127.0.0.1:${server.address().port}`;

try {
  if (part !== 'cold') await measureIn("cached, nx's daemon", (variants) => variants);
  if (part !== 'cached') await measureIn("cold with a remote, nx's daemon", withRemote);
} finally {
  for (const root of Object.values(workspaces)) {
    stopNxDaemon(root);
    larder(root, 'daemon', 'stop', '--force');
    for (const folder of [root, beside(root, '')]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  server.close();
}

async function measureIn(title, adapt) {
  for (const NX_DAEMON of ['false', 'true']) {
    const env = { NX_DAEMON };
    const variants = Object.fromEntries(Object.entries(workspaces).map(([name, root]) => [name, { root, env }]));
    const prepare = adapt === withRemote ? forget : () => {};
    await measure(`${title} ${NX_DAEMON === 'true' ? 'on' : 'off'}`, adapt(variants), prepare);
  }
}

function withRemote(variants) {
  const direct = { NX_SELF_HOSTED_REMOTE_CACHE_SERVER: remote, NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: 'x' };
  const throughLarder = { LARDER_REMOTE_URL: remote, LARDER_REMOTE_TOKEN: 'x' };
  return Object.fromEntries(
    Object.entries(variants).map(([name, { root, env }]) => {
      const own = name === 'larder' || name === 'added' ? throughLarder : direct;
      return [name, { root, env: { ...env, ...own } }];
    }),
  );
}

/** Each variant is its workspace and its environment; `prepare` comes before each run. */
async function measure(title, variants, prepare) {
  const samples = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
  for (let round = -warmUps; round < rounds; round += 1) {
    for (const name of turn(Object.keys(variants), round)) {
      const { root, env } = variants[name];
      prepare(root);
      await settle();
      const daemonBefore = readDaemonMs(root, env);
      const sample = await runNx(root, env);
      await settle();
      const daemon = readDaemonMs(root, env) - daemonBefore;
      if (round >= 0) samples[name].push({ ...sample, all: sample.cpu + daemon });
    }
  }
  print(title, samples);
}

/** What ends after a run, as processes of plugins do, belongs to that run. */
async function settle() {
  await new Promise((resolve) => setTimeout(resolve, 400));
}

/** Processor time of nx's daemon, and of what it has started and what has ended since; zero without one. */
function readDaemonMs(root, { NX_DAEMON }) {
  if (NX_DAEMON !== 'true') return 0;
  const file = beside(root, 'data/d/server-process.json');
  if (!existsSync(file)) return 0;
  const { processId } = JSON.parse(readFileSync(file, 'utf8'));
  const fields = readFileSync(`/proc/${processId}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, each) => sum + Number(each), 0);
  return ticks * 10;
}

/** Everything that was built, but not the daemons. */
function forget(root) {
  rmSync(beside(root, 'cache'), { recursive: true, force: true });
  execFileSync('sh', ['-c', 'rm -rf packages/*/dist .larder/state/daemon/*/entries'], { cwd: root });
}

/** Another one comes first in each round. */
function turn(names, round) {
  const by = (round + warmUps) % names.length;
  return [...names.slice(by), ...names.slice(0, by)];
}

/** Milliseconds: wall, and of the processor. */
async function runNx(root, env) {
  const counter = beside(root, 'perf');
  const count = hasPerf ? ['perf', 'stat', '-x,', '-o', counter, '-e', 'task-clock'] : [];
  const [program, ...args] = [...count, process.execPath, nxBin, 'run-many', '-t', 'build'];
  const startedAt = performance.now();
  const child = spawn(program, args, {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      HOME: beside(root, 'home'),
      CI: 'false',
      NX_NO_CLOUD: 'true',
      NX_TUI: 'false',
      NX_CACHE_DIRECTORY: beside(root, 'cache'),
      NX_WORKSPACE_DATA_DIRECTORY: beside(root, 'data'),
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
  return { wall, cpu: hasPerf ? readCount(counter) : Number.NaN };
}

function readCount(counter) {
  const line = readFileSync(counter, 'utf8')
    .split('\n')
    .find((each) => each.includes('task-clock'));
  return Number(line.split(',')[0]);
}

function print(title, samples) {
  const { version } = JSON.parse(readFileSync(join(nxFolder, 'package.json'), 'utf8'));
  console.log(`nx ${version}, ${title}: ${rounds} rounds, medians`);
  for (const [name, runs] of Object.entries(samples)) {
    const cells = ['wall', 'cpu', 'all'].map((key) => {
      const own = median(runs.map((run) => run[key]));
      const base = median(samples.none.map((run) => run[key]));
      const label = key === 'all' ? 'with the daemon' : key;
      return `${label} ${own.toFixed(0)} ms, ${percent(own / base)} of none`;
    });
    console.log(`  ${name.padEnd(12)} ${cells.join('; ')}`);
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

function makeWorkspace(plugins, variables) {
  const root = mkdtempSync(join(tmpdir(), 'larder-nx-bench-'));
  const targetDefaults = { build: { cache: true, dependsOn: ['^build'], outputs: ['{projectRoot}/dist'] } };
  write(root, 'nx.json', { plugins, targetDefaults, analytics: false });
  mkdirSync(join(root, 'node_modules/@larder'), { recursive: true });
  symlinkSync(nxFolder, join(root, 'node_modules/nx'));
  symlinkSync(join(repository, 'plugins/nx'), join(root, 'node_modules/@larder/nx'));
  write(root, '.gitignore', 'node_modules\ndist\n.larder\n');
  write(root, '.env', variables);
  write(root, 'package.json', { name: 'bench', private: true, workspaces: ['packages/*'] });
  // A package, as plugins are: for a file of the workspace nx would set up compilers.
  const hooks = 'createNodesV2: ["nx.json", () => []], preTasksExecution() {}, postTasksExecution() {}';
  write(root, 'node_modules/empty-plugin/package.json', { name: 'empty-plugin', version: '1.0.0', main: 'index.js' });
  write(root, 'node_modules/empty-plugin/index.js', `module.exports = { name: "empty", ${hooks} };\n`);
  mkdirSync(beside(root, 'home'), { recursive: true });
  for (let index = 0; index < projects; index += 1) {
    const dependencies = index % 4 === 0 ? {} : { [`p${index - 1}`]: '1.0.0' };
    const nx = {
      targets: { build: { command: 'mkdir -p dist && cp src.txt dist', options: { cwd: '{projectRoot}' } } },
    };
    write(root, `packages/p${index}/package.json`, { name: `p${index}`, version: '1.0.0', dependencies, nx });
    write(root, `packages/p${index}/src.txt`, `${index}\n`);
  }
  execFileSync('git', ['init', '-q'], { cwd: root });
  return root;
}

/** What nx itself writes: in the workspace, its daemon would see each line of its own log as a change, and log that. */
function beside(root, name) {
  return join(`${root}-beside`, name);
}

function write(root, path, content) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`);
}

function stopNxDaemon(root) {
  const env = { ...process.env, NX_WORKSPACE_DATA_DIRECTORY: beside(root, 'data'), NX_DAEMON: 'true' };
  execFileSync(process.execPath, [nxBin, 'daemon', '--stop'], {
    cwd: root,
    env,
    stdio: 'ignore',
  });
}

function larder(root, ...args) {
  execFileSync(join(repository, 'tools/larder'), args, { cwd: root, stdio: 'ignore' });
}
