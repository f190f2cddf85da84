// Edits a workspace at random and asks Larder with and without the daemon: both must say the same, and what was built
// must be what the sources say.
//
//   node bench/daemon-differential.mjs [--seconds 600] [--seed 1] [--larder packages/cli/bundle/larder.cjs] [--keep]
//
// Each round does a few edits (files, folders, modes, times, links, names, ignore rules, git, outputs, manifests), sometimes
// ends or kills the daemon, and then compares hashes and states of dry runs: with the daemon, without, and with nothing kept
// of earlier runs. Then it builds, once or until a run is told from memory. Each build is a function of the sources, which this script works out by itself: an answer that
// is wrongly up to date leaves an output that differs. Ends with 1 at the first difference. Linux.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createSeededRandom } from './generate/seeded-random.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    seed: { type: 'string', default: '1' },
    larder: { type: 'string', default: join(import.meta.dirname, '../packages/cli/bundle/larder.cjs') },
    keep: { type: 'boolean', default: false },
  },
});

/** Each project depends on these. Most edits leave most of them untouched, which then are told from memory. */
const drawing = 'a; b a; c a b; d; e d b; f e; g; h g; i g; j; k j; l';
const dependencies = Object.fromEntries(
  drawing.split('; ').map((line) => {
    const [name, ...others] = line.split(' ');
    return [name, others];
  }),
);
const projects = Object.keys(dependencies);
const names = ['x.ts', 'y.ts', 'lib', 'deep', 'src', 'z'];
const root = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'larder-differential-')));
const counts = {
  rounds: 0,
  edits: 0,
  watched: 0,
  unknown: 0,
  upToDate: 0,
  executed: 0,
  restored: 0,
  recalled: 0,
  untouched: 0,
  kills: 0,
};

const { below: random } = createSeededRandom(Number(values.seed));
const pick = (list) => list[random(list.length)];

function sh(command, args) {
  const { status, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
}

function larder(args, daemon) {
  const env = { PATH: process.env.PATH, HOME: root, LARDER_DAEMON: daemon, LARDER_DAEMON_IDLE_SECONDS: '60' };
  const ran = spawnSync(process.execPath, [values.larder, ...args], {
    cwd: root,
    env,
    encoding: 'utf8',
    maxBuffer: 64_000_000,
  });
  return { code: ran.status, stdout: ran.stdout, stderr: ran.stderr };
}

// The workspace

/** Names and digests of the sources in order, then what the dependencies built. */
function buildCommand(project) {
  const own = '(cd src && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha1sum) > dist/out.txt';
  const others = dependencies[project].map((name) => `cat ../${name}/dist/out.txt >> dist/out.txt`);
  return ['rm -rf dist && mkdir dist', own, ...others].join(' && ');
}

function writeManifest(project, version) {
  const entries = dependencies[project].map((name) => [`@w/${name}`, '*']);
  const manifest = {
    name: `@w/${project}`,
    version,
    scripts: { build: buildCommand(project) },
    dependencies: Object.fromEntries(entries),
  };
  fs.writeFileSync(join(root, 'packages', project, 'package.json'), JSON.stringify(manifest, null, 2));
}

function makeWorkspace() {
  const write = (path, value) => fs.writeFileSync(join(root, path), value);
  write('package.json', JSON.stringify({ name: 'w', private: true, workspaces: ['packages/*'] }));
  write('package-lock.json', JSON.stringify({ name: 'w', lockfileVersion: 3, packages: {} }));
  const build = { cache: true, dependsOn: ['^build'], outputs: ['{projectRoot}/dist'] };
  write('larder.json', JSON.stringify({ daemon: 'on', targetDefaults: { build } }));
  write('.gitignore', 'dist\nnode_modules\n.larder\n');
  for (const project of projects) {
    fs.mkdirSync(join(root, 'packages', project, 'src/lib'), { recursive: true });
    for (const name of ['x.ts', 'lib/y.ts']) write(`packages/${project}/src/${name}`, `${project} ${name}`);
    writeManifest(project, '1.0.0');
  }
  sh('git', ['init', '-q']);
  sh('git', ['config', 'user.name', 'a']);
  sh('git', ['config', 'user.email', 'a@example.org']);
  for (const content of ['1', '2', '3']) {
    for (const project of projects) if (random(2) === 0) write(`packages/${project}/src/x.ts`, content);
    sh('git', ['add', '-A']);
    sh('git', ['commit', '-q', '--allow-empty', '-m', content]);
    sh('git', ['branch', `state-${content}`]);
  }
}

// Edits

const sourceFolder = () => join(root, 'packages', pick(projects), 'src');
const outputFolder = () => join(root, 'packages', pick(projects), 'dist');

function pickFolder() {
  let folder = sourceFolder();
  fs.mkdirSync(folder, { recursive: true });
  for (let depth = random(4); depth > 0; depth -= 1) {
    const below = fs.readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    if (below.length === 0) break;
    folder = join(folder, pick(below).name);
  }
  return folder;
}

const newPath = () => join(pickFolder(), pick(names));
function oldPath() {
  const folder = pickFolder();
  const entries = fs.readdirSync(folder);
  return join(folder, entries.length === 0 ? 'none' : pick(entries));
}

const edits = [
  () => fs.writeFileSync(newPath(), `${random(1e9)}`),
  () => fs.writeFileSync(oldPath(), `${random(1e9)}`),
  // Of the length that it had, with the time that it had.
  () => {
    const path = oldPath();
    const { atime, mtime, size } = fs.statSync(path);
    fs.writeFileSync(path, `${random(1e9)}`.padEnd(size, 'x').slice(0, size));
    fs.utimesSync(path, atime, mtime);
  },
  () => fs.rmSync(oldPath(), { recursive: true, force: true }),
  () => fs.renameSync(oldPath(), newPath()),
  () => fs.mkdirSync(join(newPath(), pick(names)), { recursive: true }),
  () => fs.chmodSync(oldPath(), random(2) === 0 ? 0o755 : 0o644),
  () => fs.utimesSync(oldPath(), random(1e9), random(1e9)),
  () => fs.symlinkSync(pick(names), newPath()),
  // Links to files, to folders, to nothing, out of the project, and to another place than before.
  () => {
    const path = newPath();
    fs.rmSync(path, { recursive: true, force: true });
    fs.symlinkSync(pick([...names, '..', '../../../b/src', '/nowhere']), path);
  },
  // A file that has another name, in the workspace or outside, and is written by that.
  () => fs.linkSync(oldPath(), newPath()),
  () => writeByAnotherName(oldPath()),
  // What `cp -p`, `tar x` and `rsync -t` do: another file with the size and the times of the old one.
  () => {
    const path = oldPath();
    const { atime, mtime, size, mode } = fs.statSync(path);
    const copy = join(root, 'copy.tmp');
    fs.writeFileSync(copy, `${random(1e9)}`.padEnd(size, 'y').slice(0, size), { mode });
    fs.utimesSync(copy, atime, mtime);
    fs.renameSync(copy, path);
  },
  // Two files or folders change places; the folders around them look as before.
  () => swap(oldPath(), oldPath()),
  () => swap(sourceFolder(), sourceFolder()),
  () => swap(outputFolder(), outputFolder()),
  // A folder in the place of one with the same names and times.
  () => {
    const folder = pickFolder();
    const { atime, mtime } = fs.statSync(folder);
    const copy = join(root, 'copy.tmp');
    fs.cpSync(folder, copy, { recursive: true, preserveTimestamps: true });
    const [file] = listFiles(copy);
    if (file !== undefined) fs.writeFileSync(join(copy, file), `${random(1e9)}`);
    fs.rmSync(folder, { recursive: true });
    fs.renameSync(copy, folder);
    fs.utimesSync(folder, atime, mtime);
  },
  () => fs.writeFileSync(join(pickFolder(), '.gitignore'), pick(['', 'never\n', '!x.ts\n'])),
  () => fs.cpSync(sourceFolder(), sourceFolder(), { recursive: true, preserveTimestamps: true }),
  () => fs.rmSync(outputFolder(), { recursive: true, force: true }),
  () => fs.writeFileSync(join(outputFolder(), 'out.txt'), 'tampered'),
  () => fs.writeFileSync(join(outputFolder(), 'stale.txt'), 'stale'),
  () => writeManifest(pick(projects), `1.0.${random(3)}`),
  () => sh('git', ['checkout', '-q', '-f', `state-${1 + random(3)}`]),
  () => sh('git', ['clean', '-q', '-f', '-d', 'packages']),
  () => sh('git', ['stash', '-q', '-u']),
  () => popStash(),
  () => sh('git', ['rm', '-q', '-r', '-f', '--ignore-unmatch', `packages/${pick(projects)}/src/lib`]),
  () => {
    const folder = pickFolder();
    fs.renameSync(folder, `${folder}.moved`);
    fs.renameSync(`${folder}.moved`, folder);
  },
  // The state of the machine rather than of the workspace.
  () => random(4) === 0 && larder(['daemon', 'stop', '--force'], 'on'),
  () => random(4) === 0 && killDaemon(),
];

/** Places changed by three renames, after which both folders around have the times that they had. */
function swap(first, second) {
  const around = [first, second].map((path) => join(path, '..'));
  const times = around.map((folder) => fs.statSync(folder));
  const aside = join(root, 'aside.tmp');
  fs.renameSync(first, aside);
  try {
    fs.renameSync(second, first);
    fs.renameSync(aside, second);
  } finally {
    if (fs.existsSync(aside)) fs.renameSync(aside, first);
    for (const [index, folder] of around.entries()) fs.utimesSync(folder, times[index].atime, times[index].mtime);
  }
}

/** Writes what has had a name outside for some rounds. No system tells of the name itself, so the file is touched, too. */
function writeByAnotherName(path) {
  const outside = `${root}.name`;
  if (fs.existsSync(outside)) fs.appendFileSync(outside, `${random(1e9)}`);
  fs.rmSync(outside, { force: true });
  if (!fs.lstatSync(path).isFile()) return;
  fs.linkSync(path, outside);
  fs.utimesSync(path, new Date(), new Date());
}

/** Conflicts would leave manifests that nobody can read. */
function popStash() {
  try {
    sh('git', ['stash', 'pop', '-q']);
  } catch {
    sh('git', ['reset', '-q', '--hard']);
    sh('git', ['stash', 'clear']);
  }
}

function killDaemon() {
  const { stdout } = larder(['daemon', 'status', '--json'], 'on');
  for (const { pid } of JSON.parse(stdout || '[]')) process.kill(pid, 'SIGKILL');
  counts.kills += 1;
}

function edit() {
  for (let count = random(4); count > 0; count -= 1) {
    try {
      pick(edits)();
      counts.edits += 1;
    } catch (error) {
      // The tree does not allow it: not a folder, not empty, gone.
      if (error.code === undefined && !error.message.startsWith('git')) throw error;
    }
  }
}

// What must come out

function listFiles(folder, prefix = '.') {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${prefix}/${entry.name}`;
    if (entry.isDirectory()) return listFiles(join(folder, entry.name), path);
    return entry.isFile() ? [path] : [];
  });
}

function expectedOutput(project, known) {
  const folder = join(root, 'packages', project, 'src');
  const digest = (path) =>
    createHash('sha1')
      .update(fs.readFileSync(join(folder, path)))
      .digest('hex');
  const files = listFiles(folder).toSorted((a, b) => (a < b ? -1 : 1));
  const own = files.map((path) => `${digest(path)}  ${path}\n`).join('');
  known.set(project, own + dependencies[project].map((name) => known.get(name)).join(''));
}

function findWrongOutputs() {
  const expected = new Map();
  for (const project of projects) expectedOutput(project, expected);
  return projects.filter((project) => {
    const folder = join(root, 'packages', project, 'dist');
    const isAlone = fs.readdirSync(folder).join() === 'out.txt';
    return !isAlone || fs.readFileSync(join(folder, 'out.txt'), 'utf8') !== expected.get(project);
  });
}

function fail(what, details) {
  console.error(`round ${counts.rounds}, seed ${values.seed}: ${what}`, details);
  throw new Error(`the workspace is kept in ${root}`);
}

const plan = ['run-many', '-t', 'build', '--dry-run=json'];
const build = ['run-many', '-t', 'build', '--output-style', 'ndjson', '--verbose'];

function compareRound() {
  for (const project of projects) fs.mkdirSync(join(root, 'packages', project, 'src'), { recursive: true });
  const withDaemon = larder(plan, 'on');
  const without = larder(plan, 'off');
  if (withDaemon.code !== without.code || withDaemon.stdout !== without.stdout) {
    fs.writeFileSync(join(root, 'with-daemon.json'), withDaemon.stdout);
    fs.writeFileSync(join(root, 'without.json'), without.stdout);
    fail('the plans differ', [withDaemon.code, withDaemon.stderr, without.code, without.stderr]);
  }
  if (random(3) === 0) comparePlanOfNothingKnown(without.stdout);
  buildAndCheck('on');
  // Until the next run is told from memory: what is edited after that has to break it.
  if (random(2) === 0) for (let runs = 0; runs < 3; runs += 1) buildAndCheck(pick(['on', 'off']));
}

/** What is kept of earlier runs is put aside, and comes back: the plan of who knows nothing has to be the same. */
function comparePlanOfNothingKnown(known) {
  const state = join(root, '.larder/state');
  const kept = ['files', 'folders', 'graph', 'memos'].filter((name) => fs.existsSync(join(state, name)));
  for (const name of kept) fs.renameSync(join(state, name), join(state, `${name}.kept`));
  const fresh = larder(plan, 'off');
  for (const name of kept) {
    fs.rmSync(join(state, name), { recursive: true, force: true });
    fs.renameSync(join(state, `${name}.kept`), join(state, name));
  }
  if (fresh.stdout === known) return;
  fs.writeFileSync(join(root, 'known.json'), known);
  fs.writeFileSync(join(root, 'fresh.json'), fresh.stdout);
  fail('what was kept makes another plan', [fresh.code, fresh.stderr]);
}

function buildAndCheck(daemon) {
  const ran = larder(build, daemon);
  if (ran.code !== 0) fail(`the build failed with the daemon ${daemon}`, ran.stdout.slice(-2_000) + ran.stderr);
  countOutcomes(ran.stdout);
  counts.untouched += Number(/(\d+) tasks are as they were/.exec(ran.stderr)?.[1] ?? 0);
  const wrong = findWrongOutputs();
  if (wrong.length > 0) fail(`wrong outputs with the daemon ${daemon}`, wrong);
}

function countOutcomes(ndjson) {
  for (const line of ndjson.split('\n')) {
    const event = line.startsWith('{') ? JSON.parse(line) : {};
    const kind = event.outcome?.kind;
    // Nothing is hashed where a run is told from memory.
    if (event.type === 'task-hashed' && event.durationMs === 0) counts.recalled += 1;
    if (kind === 'up-to-date') counts.upToDate += 1;
    else if (kind === 'executed' || kind === 'restored') counts[kind] += 1;
  }
}

/** What each daemon said so far, by its process: some are killed, and others follow. */
const answers = new Map();

function countAnswers() {
  const { stdout } = larder(['daemon', 'status', '--json'], 'on');
  for (const { pid, changes } of JSON.parse(stdout || '[]')) if (changes) answers.set(pid, changes.answers);
  const sum = (kind) => [...answers.values()].reduce((total, each) => total + each[kind], 0);
  Object.assign(counts, { watched: sum('changes'), unknown: sum('unknown') });
}

let isRight = false;
try {
  makeWorkspace();
  const endsAt = Date.now() + Number(values.seconds) * 1_000;
  let toldAt = Date.now();
  while (Date.now() < endsAt) {
    counts.rounds += 1;
    edit();
    compareRound();
    if (counts.rounds % 5 === 0) countAnswers();
    if (Date.now() - toldAt > 30_000) {
      console.log(JSON.stringify(counts));
      toldAt = Date.now();
    }
  }
  countAnswers();
  isRight = true;
  console.log(`no difference: ${JSON.stringify(counts)}`);
} finally {
  larder(['daemon', 'stop', '--force'], 'on');
  if (isRight && !values.keep) fs.rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  fs.rmSync(`${root}.name`, { force: true });
}
