import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createDaemonServer } from './daemon-server.ts';
import type { EntryKey } from './entries/entry.ts';
import { DiskEntries } from './entries/disk-entries.ts';
import { MemoryEntries } from './entries/memory-entries.ts';
import { Admission, runTokenOf } from './http/admission.ts';
import { Leases } from './leases.ts';
import { Levels } from './levels.ts';
import { listen } from './process/listen.ts';
import { Tally } from './tally.ts';

const token = 'ab'.repeat(32);
const headers = { authorization: `Bearer ${runTokenOf(token, 'nx-1')}` };

/** Has room for nothing, and finds out when all was sent. */
class FullDisk extends DiskEntries {
  override async stage(_key: EntryKey, source: AsyncIterable<Uint8Array>): Promise<never> {
    for await (const chunk of source) void chunk;
    throw new Error('no space left');
  }
}

async function startDaemon() {
  const folder = mkdtempSync(join(tmpdir(), 'larder-daemon-server-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const troubles: string[] = [];
  const levels = new Levels({
    memory: new MemoryEntries({ maxBytes: 0, maxEntryBytes: 0 }),
    disk: new FullDisk({ folderAbsolute: folder, maxArtifactBytes: 2 ** 30 }),
    upstream: null,
    uploads: false,
    tally: new Tally(),
  });
  const server = createDaemonServer({
    levels,
    token,
    admission: new Admission(token, new Leases(() => true, [{ runId: 'nx-1', pid: 1, startedAtEpochMs: 0 }])),
    lookupMs: 1000,
    onTrouble: (error) => troubles.push((error as Error).message),
    control: () => Promise.reject(new Error('nobody asks')),
    onRequest: () => {},
  });
  onTestFinished(() => server.close().closeAllConnections());
  const url = `http://127.0.0.1:${await listen(server, null)}`;
  return { server, url, troubles };
}

test.each([1, 200, 5_000_000])('a disk that is full when all %d bytes are here is told of', async (size) => {
  const { url, troubles } = await startDaemon();
  const stored = await fetch(`${url}/v1/cache/7`, { method: 'PUT', body: Buffer.alloc(size), headers });
  expect(stored.status).toBe(403);
  expect(troubles).toEqual(['no space left']);
});

test('a sender that goes away is nobody’s trouble', async () => {
  const { server, url, troubles } = await startDaemon();
  const sender = request(`${url}/v1/cache/7`, { method: 'PUT', headers: { ...headers, 'content-length': 100 } });
  sender.on('error', () => {});
  const arrived = once(server, 'request');
  sender.write('x');
  const [received] = (await arrived) as [NodeJS.ReadableStream];
  const gone = once(received, 'close').catch(() => {});
  sender.destroy();
  await gone;
  await setImmediate();
  expect(troubles).toEqual([]);
});
