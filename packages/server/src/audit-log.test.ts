import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAuditLog } from './audit-log.ts';
import type { ServerEvent } from './server-event.ts';
import { scopeOf } from './testing/start-test-server.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'larder-audit-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

function stored(name: string): ServerEvent {
  const attempt = { by: 'x', from: '::1', scope: scopeOf('main'), namespace: 'nx', name } as const;
  return { type: 'entry-stored', atEpochMs: 0, sizeBytes: 1, sha256: 'a'.repeat(64), ...attempt };
}

test('writes are kept, newest file first, and never more files than allowed', async () => {
  const fileAbsolute = join(directory, 'logs', 'audit.log');
  const log = openAuditLog({ fileAbsolute, maxFileBytes: 400, files: 3 });
  for (const name of ['1', '2', '3', '4', '5', '6', '7', '8', '9']) log.note(stored(name));
  log.close();
  expect((await readdir(join(directory, 'logs'))).sort()).toEqual(['audit.log', 'audit.log.1', 'audit.log.2']);
  expect(await readFile(fileAbsolute, 'utf8')).toContain('"name":"9"');
  expect((await readFile(fileAbsolute)).length).toBeLessThanOrEqual(400);
});

test('a second opening goes on in the same file, and what is no write stays out', async () => {
  const fileAbsolute = join(directory, 'audit.log');
  for (const name of ['1', '2']) {
    const log = openAuditLog({ fileAbsolute, maxFileBytes: 10_000, files: 2 });
    log.note(stored(name));
    log.note({ type: 'entries-evicted', atEpochMs: 0, count: 1 });
    log.close();
  }
  const lines = (await readFile(fileAbsolute, 'utf8')).trim().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { name: string }).name)).toEqual(['1', '2']);
});
