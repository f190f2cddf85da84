// How long `larder watch` takes from a saved file to the started task, in a workspace of many small projects.
// The clock starts before the file is written and stops when the line of the started task has been read from a pipe.
//
//   node bench/watch-latency.mjs [projects] [edits]
//
// Needs the bundles (`node tools/bundle.ts`). Also printed: the CPU time that the watch took for each edit.

import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

const [projects = 1000, edits = 30] = process.argv.slice(2).map(Number);
const filesPerProject = 8;
/** Nothing depends on the one, nearly all on the other. */
const edited = [projects - 1, 5];
const root = mkdtempSync(join(tmpdir(), 'larder-watch-latency-'));
try {
  makeWorkspace();
  await measure();
} finally {
  rmSync(root, { recursive: true, force: true });
}

/** Layers of ten: each project needs three of the layer before. Only the edited ones run a process. */
function makeWorkspace() {
  write('package.json', { name: 'acme', private: true, workspaces: ['packages/*'] });
  write('.gitignore', 'dist\n');
  write('nx.json', {
    namedInputs: { default: ['{projectRoot}/**/*'] },
    targetDefaults: {
      build: { dependsOn: ['^build'], inputs: ['default', '^default'], outputs: ['{projectRoot}/dist'], cache: true },
    },
  });
  for (let index = 0; index < projects; index += 1) {
    const below = Math.floor(index / 10) * 10 - 10;
    const needs = below < 0 ? [] : [0, 3, 7].map((offset) => `p${below + ((index + offset) % 10)}`);
    write(`packages/p${index}/package.json`, {
      name: `p${index}`,
      version: '1.0.0',
      ...(edited.includes(index)
        ? { scripts: { build: 'mkdir -p dist && cp src/0.txt dist/0.txt' } }
        : { nx: { targets: { build: { executor: 'nx:noop' } } } }),
      dependencies: Object.fromEntries(needs.map((name) => [name, '1.0.0'])),
    });
    for (let file = 0; file < filesPerProject; file += 1)
      write(`packages/p${index}/src/${file}.txt`, `${index} ${file}\n`);
  }
  const git = (...args) => execFileSync('git', ['-C', root, ...args], { stdio: 'ignore' });
  git('init', '-q');
  git('add', '-A');
  git('-c', 'user.name=bench', '-c', 'user.email=bench@localhost', 'commit', '-qm', 'first');
}

function write(path, content) {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : `${JSON.stringify(content)}\n`);
}

async function measure() {
  const larder = join(import.meta.dirname, '..', 'tools', 'larder');
  const started = performance.now();
  const args = ['watch', '-t', 'build', '--output-style', 'ndjson'];
  const child = spawn(larder, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const next = readEvents(child);
  await next(isIdle);
  console.log(`${projects} projects; the first round took ${Math.round(performance.now() - started)} ms`);
  for (const [name, index, count] of [
    ['a file of a project that nothing depends on', edited[0], edits],
    ['a file of a project that nearly all depend on', edited[1], 3],
  ]) {
    const times = [];
    const cpuBefore = cpuMs(child.pid);
    for (let edit = 0; edit < count; edit += 1) {
      const at = performance.now();
      write(`packages/p${index}/src/1.txt`, `${name} ${edit} ${at}\n`);
      await next((event) => event.type === 'task-started' && event.task === `p${index}:build`);
      times.push(performance.now() - at);
      await next(isIdle);
    }
    const cpu = Math.round((cpuMs(child.pid) - cpuBefore) / times.length);
    console.log(`${name}: ${describe(times)}; ${cpu} ms of CPU for each round`);
  }
  child.kill('SIGINT');
}

function isIdle({ type, text }) {
  return type === 'watch-message' && text.startsWith('Watching for changes');
}

/** Waits for the next event of a kind; what comes before it is passed over. */
function readEvents(child) {
  const events = [];
  let wake = () => {};
  createInterface({ input: child.stdout }).on('line', (line) => {
    events.push(JSON.parse(line));
    wake();
  });
  return async (isWanted) => {
    for (;;) {
      const event = events.shift();
      if (event === undefined) await new Promise((resolve) => (wake = resolve));
      else if (isWanted(event)) return event;
    }
  };
}

/** User and system time, from ticks of 10 ms; where there is no /proc, NaN. */
function cpuMs(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return Number.NaN;
  }
}

function describe(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]);
  return `median ${at(0.5)} ms, p95 ${at(0.95)} ms, worst ${at(1)} ms of ${times.length}`;
}
