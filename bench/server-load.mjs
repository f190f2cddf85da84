// Measures what one larder-server carries, against nginx with the same bytes on the same disk and against the npm
// package turborepo-remote-cache, in one session on one machine: ratios say more than rates.
//
//   node bench/server-load.mjs [--seconds 4] [--server <larder-server.js>] [--compare <folder>]
//
// `--compare` is a folder in which `npm install turborepo-remote-cache` was run. nginx is found on PATH. What is not
// there is left out. Clients are bare sockets in this process, so that they cost as little as possible; the peak of
// the resident memory is the kernel's own figure. Linux only.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    server: { type: 'string', default: join(root, 'packages/server/bundle/larder-server.js') },
    compare: { type: 'string' },
  },
});
const durationMs = Number(values.seconds) * 1000;
const folder = mkdtempSync(join(tmpdir(), 'larder-load-'));
const small = { name: 'a'.repeat(16), body: randomBytes(10_000), connections: 64 };
const large = { name: 'b'.repeat(16), body: randomBytes(50_000_000), connections: 16 };
const crowd = 200;
const children = [];

try {
  const results = {};
  for (const [name, startServer] of Object.entries({ nginx: startNginx, larder: startLarder, trc: startCompared })) {
    const server = await startServer();
    if (server === null) {
      console.log(`${name}: not installed, left out`);
      continue;
    }
    results[name] = await measure(server);
    console.log(`${name.padEnd(7)} ${describe(results[name])}`);
    server.child.kill('SIGKILL');
  }
  describeRatios(results);
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

async function measure(server) {
  const idleMb = peakMegabytes(server);
  const smallRun = await load(server, small, small.connections);
  const largeRun = await load(server, large, large.connections);
  const crowdRun = await load(server, large, crowd);
  return {
    smallPerSecond: smallRun.requests / smallRun.seconds,
    smallCpuMicroseconds: (smallRun.cpuSeconds / smallRun.requests) * 1e6,
    largeCpuMilliseconds: (largeRun.cpuSeconds / (largeRun.bytes / large.body.length)) * 1000,
    largeMbPerSecond: largeRun.bytes / 1e6 / largeRun.seconds,
    crowdMbPerSecond: crowdRun.bytes / 1e6 / crowdRun.seconds,
    failures: smallRun.failures + largeRun.failures + crowdRun.failures,
    idleMb,
    peakMb: peakMegabytes(server),
  };
}

function describe(result) {
  return [
    `10 KB: ${Math.round(result.smallPerSecond)} req/s, ${Math.round(result.smallCpuMicroseconds)} µs of CPU each`,
    `50 MB: ${Math.round(result.largeMbPerSecond)} MB/s, ${Math.round(result.largeCpuMilliseconds)} ms of CPU each`,
    `50 MB, ${crowd} connections: ${Math.round(result.crowdMbPerSecond)} MB/s`,
    `peak RSS ${Math.round(result.peakMb)} MB (idle ${Math.round(result.idleMb)})`,
    `${result.failures} failures`,
  ].join(' | ');
}

function describeRatios({ nginx, larder, trc }) {
  const ratio = (a, b) => `${(a / b).toFixed(2)}x`;
  for (const [name, other] of Object.entries({ nginx, 'turborepo-remote-cache': trc })) {
    if (other === undefined) continue;
    const ratios = [
      `10 KB ${ratio(larder.smallPerSecond, other.smallPerSecond)}`,
      `by CPU ${ratio(other.smallCpuMicroseconds, larder.smallCpuMicroseconds)}`,
      `50 MB ${ratio(larder.largeMbPerSecond, other.largeMbPerSecond)}`,
      `by CPU ${ratio(other.largeCpuMilliseconds, larder.largeCpuMilliseconds)}`,
      `50 MB with ${crowd} connections ${ratio(larder.crowdMbPerSecond, other.crowdMbPerSecond)}`,
    ];
    console.log(`larder / ${name}: ${ratios.join(', ')}`);
  }
}

/** Keeps so many connections asking for one entry, each again as soon as it has it. Whole answers and bytes count. */
async function load(server, { name, body }, connections) {
  const totals = { requests: 0, bytes: 0, failures: 0 };
  const head = `GET ${server.path(name)} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${server.token}\r\n\r\n`;
  const startedAt = performance.now();
  const cpuBefore = cpuSeconds(server);
  const sockets = Array.from({ length: connections }, () => ask(server.port, { head, bodyBytes: body.length, totals }));
  await wait(durationMs);
  const seconds = (performance.now() - startedAt) / 1000;
  const measured = { ...totals, seconds, cpuSeconds: cpuSeconds(server) - cpuBefore };
  for (const socket of sockets) socket.destroy();
  return measured;
}

function ask(port, { head, bodyBytes, totals }) {
  let missing = 0;
  let isInHead = true;
  const socket = connect({
    port,
    host: '127.0.0.1',
    // One buffer for all: nobody looks at the bytes again.
    onread: {
      buffer: Buffer.allocUnsafe(256 * 1024),
      callback: (bytesRead, buffer) => {
        let bodyStart = 0;
        if (isInHead) {
          const end = buffer.subarray(0, bytesRead).indexOf('\r\n\r\n');
          if (end === -1) return true;
          if (buffer.toString('latin1', 9, 12) !== '200') totals.failures += 1;
          isInHead = false;
          missing = bodyBytes;
          bodyStart = end + 4;
        }
        missing -= bytesRead - bodyStart;
        totals.bytes += bytesRead - bodyStart;
        if (missing <= 0) {
          totals.requests += 1;
          isInHead = true;
          socket.write(head);
        }
        return true;
      },
    },
  });
  socket.on('error', () => (totals.failures += 1));
  socket.write(head);
  return socket;
}

async function startLarder() {
  const storage = join(folder, 'larder');
  mkdirSync(storage);
  const child = start(process.execPath, [values.server, '--storage', storage, '--port', '0']);
  const [line] = await lines(child, /listening on \S+:(\d+)/);
  const token = await new Promise((resolve) => {
    const scope = ['--scope', 'main', '--access', 'write'];
    const made = start(process.execPath, [values.server, 'token', 'create', '--storage', storage, ...scope]);
    made.stdout.once('data', (data) => resolve(String(data).trim()));
  });
  const server = { child, port: Number(line), token, path: (name) => `/v8/artifacts/${name}` };
  await store(server);
  return server;
}

async function startCompared() {
  const script = values.compare && join(values.compare, 'node_modules/turborepo-remote-cache/dist/cli.js');
  if (!script || !existsSync(script)) return null;
  const port = await freePort();
  const child = start(process.execPath, [script], {
    PORT: String(port),
    NODE_ENV: 'production',
    TURBO_TOKEN: 'secret',
    LOG_LEVEL: 'error',
    BODY_LIMIT: '104857600',
    STORAGE_PROVIDER: 'local',
    STORAGE_PATH: join(folder, 'compared'),
  });
  const server = { child, port, token: 'secret', path: (name) => `/v8/artifacts/${name}?teamId=team_a` };
  await untilListening(port);
  await store(server);
  return server;
}

async function startNginx() {
  const files = join(folder, 'nginx');
  mkdirSync(join(files, 'logs'), { recursive: true });
  for (const { name, body } of [small, large]) writeFileSync(join(files, name), body);
  const port = await freePort();
  const config = join(files, 'nginx.conf');
  writeFileSync(
    config,
    `daemon off; master_process off; pid ${files}/pid; error_log ${files}/logs/error.log;
    events { worker_connections 1024; }
    http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000;
      server { listen 127.0.0.1:${port}; root ${files}; } }`,
  );
  const child = start('nginx', ['-p', files, '-c', config]);
  if (!(await untilListening(port))) return null;
  return { child, port, token: '', path: (name) => `/${name}` };
}

async function store({ port, token, path }) {
  for (const { name, body } of [small, large]) {
    const answer = await fetch(`http://127.0.0.1:${port}${path(name)}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
      body,
    });
    if (!answer.ok) throw new Error(`PUT ${answer.status} ${await answer.text()}`);
  }
}

function start(command, args, env = {}) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'ignore'] });
  child.on('error', () => {});
  children.push(child);
  return child;
}

async function lines(child, pattern) {
  let text = '';
  for await (const data of child.stdout) {
    text += data;
    const match = pattern.exec(text);
    if (match) return match.slice(1);
  }
  throw new Error(`The server said: ${text}`);
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilListening(port) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const isOpen = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true) || socket.destroy());
      socket.on('error', () => resolve(false));
    });
    if (isOpen) return true;
    await wait(50);
  }
  return false;
}

/** Of user and kernel, in steps of 10 ms: what it costs does not depend on who else uses the machine. */
function cpuSeconds({ child }) {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'latin1').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function peakMegabytes({ child }) {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)[1]) / 1000;
}
