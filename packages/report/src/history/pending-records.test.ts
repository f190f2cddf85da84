import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asRunId } from '@larder/core';
import { expect, onTestFinished, test } from 'vitest';
import { noGit, type RunRecord } from '../records/run-record.ts';
import { openHistory } from './open-history.ts';
import { appendPendingRecord } from './pending-records.ts';

function makeFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'larder-pending-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'history.sqlite');
}

function recordOf(id: string): RunRecord {
  const totals = { executed: 0, restoredLocal: 0, restoredRemote: 0, upToDate: 0, failed: 0, skipped: 0, cancelled: 0 };
  return {
    v: 1,
    runId: asRunId(id),
    startedAtEpochMs: Date.now(),
    command: 'larder run-many -t build',
    slots: 2,
    exitCode: 0,
    durationMs: 1,
    savedMs: 2,
    downloadedBytes: 0,
    uploadedBytes: 0,
    unusedDownloads: 0,
    git: noGit,
    totals,
    tasks: [],
  };
}

async function readIds(file: string): Promise<readonly string[]> {
  const opened = await openHistory(file);
  if (opened.kind !== 'opened') throw new Error(opened.detail);
  const ids = opened.history.readRuns({ limit: 100 }).map(({ runId }) => runId);
  opened.history.close();
  return ids.toSorted();
}

test('what waits is in the history when it is opened next', async () => {
  const file = makeFile();
  expect([appendPendingRecord(file, recordOf('a')), appendPendingRecord(file, recordOf('b'))]).toEqual([true, true]);
  expect(await readIds(file)).toEqual(['a', 'b']);
  expect(existsSync(`${file}.pending`)).toBe(false);
});

test('a record that is kept already, as after a crash, is not kept twice', async () => {
  const file = makeFile();
  appendPendingRecord(file, recordOf('a'));
  const waiting = readFileSync(`${file}.pending`);
  await readIds(file);
  writeFileSync(`${file}.pending`, waiting);
  appendPendingRecord(file, recordOf('b'));
  expect(await readIds(file)).toEqual(['a', 'b']);
});

test('a line that was cut short costs only itself', async () => {
  const file = makeFile();
  appendPendingRecord(file, recordOf('a'));
  writeFileSync(`${file}.pending`, '{"v":1,"runId":"cut\nnull\n', { flag: 'a' });
  appendPendingRecord(file, recordOf('b'));
  expect(await readIds(file)).toEqual(['a', 'b']);
});

test('when much waits, and where nothing can be written, nothing more is put there', () => {
  const file = makeFile();
  writeFileSync(`${file}.pending`, 'x'.repeat(3 * 1024 * 1024));
  expect(appendPendingRecord(file, recordOf('a'))).toBe(false);
  expect(appendPendingRecord(join(file, 'nowhere', 'history.sqlite'), recordOf('a'))).toBe(false);
});
