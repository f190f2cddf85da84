// Compares plain nx with nx whose tasks Larder runs (`@larder/nx:adopt`), on the same generated repository:
// node bench/nx-mode2.mjs [--projects 100] [--rounds 5] [--kinds script,command,executor] [--nx node_modules/nx]
// Each round runs both, in changing order: cold (every cache empty), warm (nothing changed) and wiped (outputs deleted,
// caches full). Beside them runs nx with a plugin whose hooks and batch executor do nothing: what nx itself takes for a
// batch; and with one whose batch executor does nothing but execute the tasks in order, keeping and hashing nothing: the
// least that a batch takes which runs them. "in nx" are those two with NX_ISOLATE_PLUGINS=false in .env, as `nx add @larder/nx`
// leaves a workspace without other plugins (nx 22.1 and later). Prints the medians of wall-clock time, CPU time and, where perf
// counts them, instructions, and their ratios. The bundles have to be built; larder has run often enough before the first
// round that V8's code is kept.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const repository = dirname(import.meta.dirname);
const { values } = parseArgs({
  options: {
    projects: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '5' },
    kinds: { type: 'string', default: 'script,command,executor' },
    nx: { type: 'string', default: join(repository, 'node_modules/nx') },
  },
});
const projects = Number(values.projects);
const rounds = Number(values.rounds);
const hasPerf = spawnSync('perf', ['stat', '-e', 'task-clock', 'true']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'larder-nx-mode2-'));
/** What a process compiled is kept in this many runs. */
const learningRuns = 6;

/** Every task is said to have succeeded. */
const emptyBatch = `module.exports = async function* ({ tasks }) {
  const now = Date.now();
  const result = { success: true, status: 'local-cache-kept-existing', terminalOutput: '', startTime: now, endTime: now };
  for (const task of Object.keys(tasks)) yield { task, result };
};
`;

/** Executes the tasks, three at once, in their order. */
const bareBatch = `const { spawn } = require('node:child_process');
const root = process.cwd();
const waiting = [];
let free = 3;
const line = 'mkdir -p dist && cp src/index.txt dist/index.txt';
const execute = {
  command: (folder) =>
    new Promise((resolve) => {
      const child = spawn('/bin/sh', ['-c', line], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
      child.stdout.resume();
      child.stderr.resume();
      child.on('close', (code) => resolve(code === 0));
    }),
  executor: async (folder) =>
    (await require(root + '/tools/copy/copy.js')({ from: folder + '/src', to: folder + '/dist' }, { root })).success,
};
module.exports = async function* ({ tasks, dependencies }, options) {
  const copies = Object.values(options).some(({ from }) => from !== undefined);
  const ended = new Map();
  const end = (task) => ended.get(task) ?? (ended.set(task, run(task)), ended.get(task));
  const run = async (task) => {
    await Promise.all((dependencies?.[task] ?? []).filter((other) => other in tasks).map(end));
    if (free === 0) await new Promise((resolve) => waiting.push(resolve));
    else free -= 1;
    const startTime = Date.now();
    const folder = 'packages/' + task.slice(0, task.indexOf(':'));
    const success = await (copies ? execute.executor(folder) : execute.command(folder));
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
    const status = success ? 'success' : 'failure';
    return { task, result: { success, status, terminalOutput: '', startTime, endTime: Date.now() } };
  };
  for (const result of Object.keys(tasks).map(end)) yield await result;
};
`;

try {
  for (const kind of values.kinds.split(',')) compare(kind);
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

function compare(kind) {
  const plain = makeWorkspace(join(folder, kind, 'plain'), kind, []);
  const names = ['empty batch', 'bare batch', 'Larder', 'bare batch in nx', 'Larder in nx'];
  const adopted = names.map((name) => {
    const workspace = makeWorkspace(join(folder, kind, name), kind, ['@larder/nx']);
    nx(workspace, ['g', '@larder/nx:adopt', '--yes']);
    if (name.endsWith('in nx')) write(workspace.root, '.env', 'NX_ISOLATE_PLUGINS=false\n');
    if (!name.startsWith('Larder')) putPlugin(workspace, name.startsWith('bare') ? bareBatch : emptyBatch);
    return workspace;
  });
  const larders = adopted.filter((_, index) => names[index].startsWith('Larder'));
  const workspaces = [plain, ...adopted];
  for (const workspace of workspaces) run(workspace, 'cold');
  for (const larder of larders) for (let learnt = 1; learnt < learningRuns; learnt += 1) run(larder, 'cold');
  const samples = new Map();
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? workspaces : workspaces.toReversed();
    for (const state of ['cold', 'warm', 'wiped']) {
      for (const workspace of order) {
        const key = `${state} ${workspaces.indexOf(workspace)}`;
        samples.set(key, [...(samples.get(key) ?? []), run(workspace, state)]);
      }
      for (const larder of larders)
        if (digestOutputs(plain) !== digestOutputs(larder)) throw new Error(`${kind} ${state}: outputs differ`);
    }
  }
  const measures = hasPerf ? ['wallMs', 'cpuMs', 'millions'] : ['wallMs', 'cpuMs'];
  console.log(`\n${projects} projects, ${kind}, nx ${versionOf(plain)}, ${rounds} rounds, medians`);
  for (const state of ['cold', 'warm', 'wiped']) {
    const [nxOnly, ...others] = workspaces.map((_, index) => samples.get(`${state} ${index}`));
    const ratios = (other) =>
      measures.map((key) => `${(median(other, key) / median(nxOnly, key)).toFixed(2)}x`).join(', ');
    console.log(
      [`${state.padEnd(6)} nx ${describe(nxOnly)}`]
        .concat(names.map((name, at) => `  ${name.padEnd(16)} ${describe(others[at])} ${ratios(others[at])}`))
        .join('\n'),
    );
  }
}

function run(workspace, state) {
  if (state === 'cold') for (const name of ['.larder', '.cache']) remove(workspace, name);
  if (state !== 'warm')
    for (const path of globSync('packages/*/dist', { cwd: workspace.root })) remove(workspace, path);
  return nx(workspace, ['run-many', '-t', 'build', '--output-style=static', '--parallel=3']);
}

function nx({ root }, args) {
  const { bin } = JSON.parse(readFileSync(join(root, 'node_modules/nx/package.json'), 'utf8'));
  const counter = join(root, '.perf');
  const count = hasPerf ? ['perf', 'stat', '-x,', '-o', counter, '-e', 'task-clock,instructions'] : [];
  const command = [...count, process.execPath, join(root, 'node_modules/nx', bin.nx), ...args];
  const startedAt = performance.now();
  // The shell says what all processes took that were started and waited for; perf knows of those, too, that end after nx,
  // as processes of plugins do, and of Larder's daemon, which a cold run starts.
  const ended = spawnSync('/bin/sh', ['-c', '"$@"; code=$?; times >&2; exit $code', 'sh', ...command], {
    cwd: root,
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      HOME: join(root, '.home'),
      NX_DAEMON: 'false',
      NX_NO_CLOUD: 'true',
      NX_TUI: 'false',
      NX_CACHE_DIRECTORY: join(root, '.cache'),
      NX_WORKSPACE_DATA_DIRECTORY: join(root, '.data'),
      LARDER_DAEMON_IDLE_SECONDS: '20',
    },
  });
  if (ended.status !== 0)
    throw new Error(`nx ${args.join(' ')} ended with ${ended.status}:\n${ended.stdout}${ended.stderr}`);
  const wallMs = performance.now() - startedAt;
  if (!hasPerf) return { wallMs, cpuMs: readCpuMs(ended.stderr), millions: 0 };
  return { wallMs, cpuMs: readCount(counter, 'task-clock'), millions: readCount(counter, 'instructions') / 1e6 };
}

function readCount(file, name) {
  const line = readFileSync(file, 'utf8')
    .split('\n')
    .find((each) => each.includes(name));
  return Number(line.split(',')[0]);
}

/** The last line of `times`: minutes and seconds of user and system time of the children. */
function readCpuMs(text) {
  const children = text.trim().split('\n').at(-1) ?? '';
  const times = [...children.matchAll(/(\d+)m([\d.]+)s/g)];
  return times.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000, 0);
}

function makeWorkspace(root, kind, plugins) {
  write(root, '.gitignore', 'node_modules\ndist\n.nx\n.perf\n.home\n.cache\n.data\n.larder\n');
  write(root, 'package.json', { name: 'acme', private: true, workspaces: ['packages/*'] });
  const targetDefaults = { build: { cache: true, dependsOn: ['^build'], outputs: ['{projectRoot}/dist'] } };
  write(root, 'nx.json', { plugins, targetDefaults, analytics: false });
  writeExecutor(root);
  mkdirSync(join(root, 'node_modules/@larder'), { recursive: true });
  symlinkSync(resolve(values.nx), join(root, 'node_modules/nx'));
  symlinkSync(join(repository, 'plugins/nx'), join(root, 'node_modules/@larder/nx'));
  for (let index = 0; index < projects; index += 1) writeProject(root, index, kind);
  spawnSync('git', ['init', '-q', '.'], { cwd: root });
  return { root };
}

/** Has the hooks, which do nothing, and the executor that the targets name. */
function putPlugin({ root }, batch) {
  const path = 'node_modules/@larder/nx';
  rmSync(join(root, path));
  const manifest = { name: '@larder/nx', version: '0.0.0', main: './plugin.js', executors: './executors.json' };
  const executor = { implementation: './batch.js', batchImplementation: './batch.js', preferBatch: true };
  const schema = { version: 2, type: 'object', properties: {}, additionalProperties: true };
  write(root, `${path}/package.json`, manifest);
  write(root, `${path}/executors.json`, { executors: { run: { ...executor, schema: './schema.json' } } });
  write(root, `${path}/schema.json`, schema);
  write(
    root,
    `${path}/plugin.js`,
    `const nothing = async () => {};
module.exports = { name: '@larder/nx', createNodesV2: ['nx.json', async () => []], preTasksExecution: nothing, postTasksExecution: nothing };
`,
  );
  write(root, `${path}/batch.js`, batch);
}

/** Ten layers: each project needs two of the layer before its own. */
function writeProject(root, index, kind) {
  const width = Math.max(1, Math.ceil(projects / 10));
  const needed = index < width ? [] : [index - width, index - width + ((index + 1) % width) - (index % width)];
  const dependencies = Object.fromEntries([...new Set(needed)].map((other) => [`p${other}`, '*']));
  const line = 'mkdir -p dist && cp src/index.txt dist/index.txt';
  const scripts = kind === 'script' ? { build: line } : {};
  write(root, `packages/p${index}/package.json`, { name: `p${index}`, version: '1.0.0', scripts, dependencies });
  write(root, `packages/p${index}/src/index.txt`, `text of ${index}\n`);
  const cwd = `packages/p${index}`;
  const build = {
    script: undefined,
    command: { executor: 'nx:run-commands', options: { command: line, cwd } },
    executor: { executor: './tools/copy:copy', options: { from: `${cwd}/src`, to: `${cwd}/dist` } },
  }[kind];
  if (build !== undefined) write(root, `packages/p${index}/project.json`, { name: `p${index}`, targets: { build } });
}

/** An executor of the workspace's own: nx starts a Node process for each of its tasks. */
function writeExecutor(root) {
  write(root, 'tools/copy/package.json', { name: 'copy-tool', version: '1.0.0', executors: './executors.json' });
  write(root, 'tools/copy/executors.json', {
    executors: { copy: { implementation: './copy.js', schema: './schema.json' } },
  });
  write(root, 'tools/copy/schema.json', { version: 2, type: 'object', properties: {}, additionalProperties: true });
  write(
    root,
    'tools/copy/copy.js',
    `const { cpSync } = require('node:fs');
module.exports = async ({ from, to }, { root }) => {
  cpSync(root + '/' + from, root + '/' + to, { recursive: true });
  return { success: true };
};
`,
  );
}

function write(root, path, content) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`);
}

/** Moved away: ext4 looks at each inode that was freed in the last minutes before it makes a file, at everybody's cost. */
function remove({ root }, path) {
  if (!existsSync(join(root, path))) return;
  const trash = join(folder, 'trash');
  mkdirSync(trash, { recursive: true });
  renameSync(join(root, path), join(mkdtempSync(join(trash, 'x')), 'moved'));
}

function digestOutputs({ root }) {
  const digest = createHash('sha256');
  const paths = globSync('packages/*/dist/*', { cwd: root }).toSorted((a, b) => (a < b ? -1 : 1));
  for (const path of paths) digest.update(path).update(readFileSync(join(root, path)));
  return `${paths.length} ${digest.digest('hex')}`;
}

function versionOf({ root }) {
  return JSON.parse(readFileSync(join(root, 'node_modules/nx/package.json'), 'utf8')).version;
}

function median(samples, key) {
  const sorted = samples.map((sample) => sample[key]).toSorted((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}

function describe(samples) {
  const seconds = (key) => `${(median(samples, key) / 1000).toFixed(2)} s`;
  return `${seconds('wallMs')} (CPU ${seconds('cpuMs')}, ${median(samples, 'millions').toFixed(0)} M)`;
}
