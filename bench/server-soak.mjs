// Measures whether the memory of one larder-server stays flat under a load that goes on for long.
//
//   node bench/server-soak.mjs [--seconds 600] [--clients 24] [--pause 40] [--server <larder-server.js>]
//
// Clients in this process store, read, look up and miss entries of 1 KB to 4 MB, some give up in the middle of a body,
// and what is stored outgrows `--max-size` many times, so that eviction never rests. The load is paced: what counts is
// how the memory develops, not how much is carried. Prints the resident memory once a minute. Linux, loopback only.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    clients: { type: 'string', default: '24' },
    /** Milliseconds between two requests of a client. */
    pause: { type: 'string', default: '40' },
    server: { type: 'string', default: join(root, 'packages/server/bundle/larder-server.js') },
  },
});
const clients = Number(values.clients);
const pauseMs = Number(values.pause);
const remembered = 400;
const bytes = randomBytes(4_000_000);
const sizes = [1_000, 10_000, 60_000, 300_000, 4_000_000];
const agent = new Agent({ keepAlive: true });
const totals = { stored: 0, read: 0, missed: 0, abandoned: 0, failures: 0, megabytes: 0 };
const folder = mkdtempSync(join(tmpdir(), 'larder-soak-'));
const names = [];
let serial = 0;
let child = null;

try {
  const made = spawn(process.execPath, [
    values.server,
    'token',
    'create',
    '--storage',
    folder,
    '--scope',
    'main',
    '--access',
    'write',
  ]);
  const token = (await textOf(made.stdout, /\S+/)).trim();
  child = spawn(
    process.execPath,
    [values.server, '--storage', folder, '--port', '0', '--max-size', '200MB', '--memory', '32MB'],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  const started = await textOf(child.stdout, /listening on \S+:\d+/);
  const port = Number(/listening on \S+:(\d+)/.exec(started)[1]);
  child.stdout.resume();
  await soak({ port, token });
} finally {
  child?.kill('SIGKILL');
  await wait(200);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function soak(server) {
  const endsAt = performance.now() + Number(values.seconds) * 1000;
  report('start');
  const work = Array.from({ length: clients }, async () => {
    while (performance.now() < endsAt) {
      await step(server).catch(() => (totals.failures += 1));
      await wait(pauseMs);
    }
  });
  for (let minute = 1; performance.now() + 60_000 <= endsAt; minute += 1) {
    await wait(60_000);
    report(`${minute} min`);
  }
  await Promise.all(work);
  report('end');
}

/** One request: a fifth stores, the others read what was stored lately, which may have been evicted since. */
async function step(server) {
  const choice = Math.random();
  if (choice < 0.2 || names.length === 0) return store(server);
  const name = choice < 0.3 ? nameOf(`absent ${serial}`) : names[Math.floor(Math.random() * names.length)];
  const outcome = await ask(server, { method: choice < 0.4 ? 'HEAD' : 'GET', name, isAbandoned: choice > 0.95 });
  totals[outcome] += 1;
}

async function store(server) {
  serial += 1;
  const name = nameOf(`entry ${serial}`);
  const size = sizes[serial % sizes.length];
  const body = bytes.subarray(0, size);
  await ask(server, { method: 'PUT', name, body });
  totals.stored += 1;
  totals.megabytes += size / 1e6;
  names.push(name);
  if (names.length > remembered) names.shift();
}

function ask({ port, token }, { method, name, body, isAbandoned }) {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' };
    if (body) headers['content-length'] = body.length;
    const outgoing = request(
      { agent, port, host: '127.0.0.1', method, path: `/v8/artifacts/${name}`, headers },
      (answer) => {
        answer.on('error', reject);
        if (answer.statusCode >= 400 && answer.statusCode !== 404) totals.failures += 1;
        if (isAbandoned) return answer.destroy() && resolve('abandoned');
        answer.on('data', (chunk) => (totals.megabytes += chunk.length / 1e6));
        answer.on('end', () => resolve(answer.statusCode === 404 ? 'missed' : 'read'));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function nameOf(text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function report(when) {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  const megabytes = (field) => (Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)[1]) / 1000).toFixed(0);
  const handles = readdirSync(`/proc/${child.pid}/fd`).length;
  const { stored, read, missed, abandoned, failures } = totals;
  console.log(
    `${when.padEnd(7)} RSS ${megabytes('VmRSS')} MB, peak ${megabytes('VmHWM')} MB, ${handles} open files; ` +
      `${stored} stored, ${read} read, ${missed} missed, ${abandoned} abandoned, ${failures} failures, ` +
      `${Math.round(totals.megabytes)} MB`,
  );
}

async function textOf(stream, pattern) {
  let text = '';
  for await (const data of stream.iterator({ destroyOnReturn: false })) {
    text += data;
    if (pattern.test(text)) return text;
  }
  throw new Error(`The server said: ${text}`);
}
