// What the interactive view costs: 200 running tasks that print all the time, in a real terminal of
// 200 by 50 (tmux). The same events are also played to a reporter that does nothing, so that making
// them does not count. Where `perf` may count, so are instructions in user mode, which are nearly the same from run to
// run, while the CPU time of one machine differs by half from hour to hour.
//
//   node bench/tui-frame-cost.mjs [seconds] [lines per second]
//
// Needs tmux and the compiled packages (`tsc -b`).

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const taskCount = 200;
const waitingCount = 1800;
const warmUpMs = 2000;
const tickMs = 20;
const sizes = [
  { columns: 80, rows: 24 },
  { columns: 200, rows: 50 },
];
const self = fileURLToPath(import.meta.url);
const [first, ...rest] = process.argv.slice(2);
if (first === 'play') await play(...rest);
else await measure(Number(first ?? 10), Number(rest[0] ?? 1000));

async function measure(seconds, linesPerSecond) {
  const load = { seconds, linesPerSecond };
  const none = await runInTerminal({ columns: 200, rows: 50 }, { ...load, mode: 'none' });
  console.log(
    `${taskCount} running tasks of ${taskCount + waitingCount}, ${linesPerSecond} lines a second, ${seconds} s`,
  );
  console.log(`making the events: ${percent(none)} of a core`);
  for (const size of sizes) {
    const view = await runInTerminal(size, { ...load, mode: 'view' });
    const wallSeconds = view.wallMs / 1000;
    const cpuMs = view.cpuMs - none.cpuMs;
    const cost = percent({ cpuMs, wallMs: view.wallMs });
    const instructions = (view.megaInstructions - none.megaInstructions) / wallSeconds;
    const frames = `${(view.writes / wallSeconds).toFixed(1)} frames/s, ${(cpuMs / Math.max(1, view.writes)).toFixed(1)} ms each`;
    console.log(
      `the view at ${size.columns}x${size.rows}: ${cost} of a core, ${frames}, ` +
        `${(view.bytes / 1000 / wallSeconds).toFixed(0)} kB/s to the terminal` +
        (Number.isNaN(instructions) ? '' : `, ${instructions.toFixed(0)} million instructions/s`),
    );
  }
}

function percent({ cpuMs, wallMs }) {
  return `${((100 * cpuMs) / wallMs).toFixed(1)} %`;
}

async function runInTerminal(size, load) {
  const folder = mkdtempSync(join(tmpdir(), 'larder-frame-cost-'));
  const result = join(folder, 'result.json');
  // A server that is about to end would take a session of the next run with it.
  const socket = join(folder, 'socket');
  // The build of React that is in the bundle.
  const node = ['env', 'NODE_ENV=production', process.execPath];
  const command = [...node, self, 'play', load.mode, load.seconds, load.linesPerSecond, result].join(' ');
  try {
    const where = ['-S', socket, '-f', '/dev/null'];
    execFileSync('tmux', [...where, 'new-session', '-d', '-x', size.columns, '-y', size.rows, command].map(String));
    const deadline = Date.now() + warmUpMs + load.seconds * 1000 + 30_000;
    while (!existsSync(result)) {
      if (Date.now() > deadline) throw new Error('The view did not end in time.');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return JSON.parse(readFileSync(result, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function play(mode, seconds, linesPerSecond, result) {
  const reporter = mode === 'view' ? await startView() : { onEvent: () => {}, close: async () => {} };
  const writes = countWrites();
  const startedAt = performance.now();
  const at = () => performance.now() - startedAt;
  for (const event of beginning()) reporter.onEvent(event);
  let printed = 0;
  const timer = setInterval(() => {
    const due = Math.floor((at() / 1000) * Number(linesPerSecond));
    while (printed < due) reporter.onEvent(line(printed++, at()));
  }, tickMs);
  await new Promise((resolve) => setTimeout(resolve, warmUpMs));
  const before = { cpu: process.cpuUsage(), at: at(), ...writes };
  const counted = countMegaInstructions(seconds);
  await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1000));
  const cpu = process.cpuUsage(before.cpu);
  const cpuMs = (cpu.user + cpu.system) / 1000;
  const measured = {
    cpuMs,
    wallMs: at() - before.at,
    writes: writes.count - before.count,
    bytes: writes.bytes - before.bytes,
    // JSON has no NaN.
    megaInstructions: (await counted) ?? undefined,
  };
  clearInterval(timer);
  await reporter.close();
  writeFileSync(`${result}.part`, JSON.stringify(measured));
  renameSync(`${result}.part`, result);
  process.exit(0);
}

/** In user mode, of this process and all its threads, from now on; null where nobody may count them. */
function countMegaInstructions(seconds) {
  const watched = ['-p', String(process.pid), 'sleep', String(seconds)];
  const perf = spawn('perf', ['stat', '-x,', '-e', 'instructions:u', ...watched], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  perf.stderr.on('data', (data) => (text += data));
  return new Promise((resolve) => {
    perf.on('error', () => resolve(null));
    perf.on('close', () => {
      const count = /^(\d+),[^,]*,instructions:u/m.exec(text)?.[1];
      resolve(count === undefined ? null : Number(count) / 1e6);
    });
  });
}

async function startView() {
  const { startTui } = await import('@larder/tui');
  return startTui({
    stdout: process.stdout,
    stdin: process.stdin,
    color: true,
    clock: { now: () => performance.now(), epochMs: () => Date.now() },
    write: () => {},
    onQuit: () => {},
    onError: (error) => {
      throw error;
    },
  });
}

function countWrites() {
  const counted = { count: 0, bytes: 0 };
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (text, ...more) => {
    if (text.length > 20) counted.count += 1;
    counted.bytes += text.length;
    return write(text, ...more);
  };
  return counted;
}

function* beginning() {
  const tasks = Array.from({ length: taskCount + waitingCount }, (_, index) => ({
    id: `project-${index}:build`,
    project: `project-${index}`,
    target: 'build',
    requested: true,
    cacheable: true,
    continuous: false,
    dependsOn: index < taskCount ? [] : [`project-${index % taskCount}:build`],
    expectedMs: 20_000,
  }));
  yield {
    type: 'run-started',
    at: 0,
    runId: '1',
    startedAtEpochMs: 0,
    command: 'larder run-many -t build',
    slots: taskCount,
    tasks,
  };
  for (const { id } of tasks.slice(0, taskCount)) {
    yield { type: 'task-started', at: 1, task: id, attempt: 1, command: `tsc -p ${id}` };
  }
}

function line(index, at) {
  const text = `\u001B[32m✓\u001B[39m ${index} src/modules/module-${index % 997}.ts compiled in ${index % 89} ms, nothing else to say\n`;
  return {
    type: 'task-output',
    at,
    task: `project-${index % taskCount}:build`,
    stream: 'stdout',
    text,
    replayed: false,
  };
}
