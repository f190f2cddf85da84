import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createDaemonServer } from '../daemon-server.ts';
import { DiskEntries } from '../entries/disk-entries.ts';
import { MemoryEntries } from '../entries/memory-entries.ts';
import { Admission, runTokenOf } from '../http/admission.ts';
import { formatFoundFile } from '../http/found-file.ts';
import { Leases } from '../leases.ts';
import { Levels } from '../levels.ts';
import { listen } from '../process/listen.ts';
import { writeDaemonRecord } from '../process/daemon-record.ts';
import { Tally } from '../tally.ts';
import { startRelay } from './start-relay.ts';

const token = 'ab'.repeat(32);
const authorization = `Bearer ${runTokenOf(token, 'nx-1')}`;
const artifact = Buffer.alloc(3_000_000, 'artifact');

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'larder-relay-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A daemon with a folder of its own, at whose requests `meddle` looks first. */
async function startDaemon(meddle: RequestListener = () => {}): Promise<{ port: number; folder: string }> {
  const folder = makeFolder();
  const levels = new Levels({
    memory: new MemoryEntries({ maxBytes: 0, maxEntryBytes: 0 }),
    disk: new DiskEntries({ folderAbsolute: folder, maxArtifactBytes: 2 ** 30 }),
    upstream: null,
    uploads: false,
    tally: new Tally(),
  });
  const leases = new Leases(() => true, [{ runId: 'nx-1', pid: 1, startedAtEpochMs: 0 }]);
  const server = createDaemonServer({
    levels,
    token,
    admission: new Admission(token, leases),
    lookupMs: 1000,
    onTrouble: () => {},
    control: () => Promise.reject(new Error('nobody asks')),
    onRequest: () => {},
  });
  server.prependListener('request', meddle);
  onTestFinished(() => server.close().closeAllConnections());
  return { port: await listen(server, null), folder };
}

async function startServer(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  onTestFinished(() => server.close().closeAllConnections());
  return await listen(server, null);
}

function get(url: string, headers: Record<string, string> = { authorization }): Promise<Response> {
  return fetch(`${url}/v1/cache/7`, { headers });
}

function put(url: string, body: Uint8Array<ArrayBuffer> = artifact): Promise<Response> {
  return fetch(`${url}/v1/cache/7`, { method: 'PUT', body, headers: { authorization } });
}

test('what is stored through a relay comes back through it, and nothing without the token', async () => {
  const { port } = await startDaemon();
  const { url } = await startRelay({ port, token }, null);
  expect((await get(url)).status).toBe(404);
  expect((await put(url)).status).toBe(200);
  expect((await put(url)).status).toBe(409);
  const found = await get(url);
  expect(found.status).toBe(200);
  expect(Buffer.from(await found.arrayBuffer()).equals(artifact)).toBe(true);
  expect((await get(url, {})).status).toBe(404);
});

test('a daemon that dies while it looks is a miss, and so is one that is gone', async () => {
  let asked = 0;
  const { port } = await startDaemon(({ socket }) => {
    asked += 1;
    socket.destroy();
  });
  const { url } = await startRelay({ port, token }, null);
  expect((await get(url)).status).toBe(404);
  expect(asked).toBe(2);
  expect((await get((await startRelay({ port: 9, token }, null)).url)).status).toBe(404);
});

test('who serves on in the place of a daemon that died gets the same question', async () => {
  let isFirst = true;
  const { port } = await startDaemon(({ method, socket }) => {
    if (method === 'GET' && isFirst) socket.destroy();
    if (method === 'GET') isFirst = false;
  });
  const { url } = await startRelay({ port, token }, null);
  await put(url);
  expect((await get(url)).status).toBe(200);
});

test('a daemon that dies while it stores says no in the end, and the rest of the body is taken', async () => {
  const { port } = await startDaemon(({ socket }) => socket.once('data', () => socket.destroy()));
  const { url } = await startRelay({ port, token }, null);
  expect((await put(url, Buffer.alloc(30_000_000))).status).toBe(403);
  expect((await put((await startRelay({ port: 9, token }, null)).url)).status).toBe(403);
});

test('whatever else a daemon answers becomes an answer that nx bears', async () => {
  const port = await startServer((request, response) => {
    request.resume().on('end', () => response.writeHead(500).end('x'));
  });
  const { url } = await startRelay({ port, token }, null);
  expect((await get(url)).status).toBe(404);
  expect((await put(url)).status).toBe(403);
});

test('an artifact that was evicted meanwhile is a miss', async () => {
  const { port, folder } = await startDaemon(({ method }, response) => {
    // The head is written when the file was found and before the answer leaves.
    if (method === 'GET') {
      const { writeHead } = response;
      response.writeHead = ((...args: Parameters<typeof writeHead>) => {
        for (const name of readdirSync(folder)) rmSync(join(folder, name));
        return Reflect.apply(writeHead, response, args);
      }) as typeof writeHead;
    }
  });
  const { url } = await startRelay({ port, token }, null);
  await put(url);
  expect((await get(url)).status).toBe(404);
});

test('nobody but the daemon can name a file', async () => {
  const secret = join(makeFolder(), 'secret');
  writeFileSync(secret, 'secret');
  const port = await startServer((request, response) => {
    const challenge = String(request.headers['x-larder-challenge']);
    const named = formatFoundFile({ fileAbsolute: secret, sizeBytes: 6 }, { token: 'cd'.repeat(32), challenge });
    response.writeHead(200, named).end();
  });
  const { url } = await startRelay({ port, token }, null);
  expect((await get(url)).status).toBe(404);
});

test.skipIf(process.platform === 'win32')(
  'a process that ends too early leaves its socket to one that goes on, as long as the run',
  async () => {
    const { port } = await startDaemon();
    const root = makeFolder();
    const recordFile = join(root, 'record.json');
    writeDaemonRecord(recordFile, { v: 1, pid: process.pid, port, token, version: '1', rootAbsolute: root });
    const nx = spawn('sleep', ['600']);
    const place = { rootAbsolute: root, folderAbsolute: root, recordFile, lockFile: '', logFile: '' };
    const program = `
      import { spawnRelay } from '${join(import.meta.dirname, '../process/spawn-daemon.ts')}';
      import { startRelay } from '${join(import.meta.dirname, 'start-relay.ts')}';
      const { url, listeningFd } = await startRelay({ port: ${port}, token: '${token}' }, null);
      process.once('exit', () => spawnRelay(${JSON.stringify(place)}, { listeningFd, pid: ${nx.pid} }));
      process.stdout.write(url, () => process.exit(0));`;
    const args = [
      '--conditions',
      'source',
      '--disable-warning=ExperimentalWarning',
      '--input-type=module',
      '-e',
      program,
    ];
    const worker = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let url = '';
    worker.stdout.on('data', (data) => (url += data));
    await once(worker, 'close');
    expect((await put(url)).status).toBe(200);
    expect((await get(url)).status).toBe(200);
    nx.kill();
    await expect
      .poll(
        () =>
          get(url).then(
            () => 'answers',
            () => 'gone',
          ),
        { timeout: 10_000 },
      )
      .toBe('gone');
  },
  20_000,
);
