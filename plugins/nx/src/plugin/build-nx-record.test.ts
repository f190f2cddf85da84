import type { DaemonStatus } from '@larder/daemon';
import { expect, test } from 'vitest';
import { buildNxRecord } from './build-nx-record.ts';

function afterRun(fetched: number, asked: number): DaemonStatus {
  const none = { hits: { memory: 0, disk: 0, remote: 0 }, misses: 0, stored: 0, downloadedBytes: 0, uploadedBytes: 0 };
  const tallies = { ...none, ahead: { fetched, asked }, troubles: [] };
  const facts = { pid: 1, version: '1', startedAtEpochMs: 0, upstream: null, uploads: false, runs: [], changes: null };
  return { ...facts, pendingUploads: 0, memoryBytes: 0, tallies, duringRun: tallies };
}

function unusedOf(daemon: DaemonStatus | null): number {
  const facts = { runId: 'r', nowEpochMs: 1, expectedMs: new Map(), reasons: new Map(), dependsOn: new Map(), daemon };
  return buildNxRecord({ workspaceRoot: '/w', taskResults: {} }, facts).unusedDownloads;
}

test('artifacts that were fetched ahead and not asked for are kept in the record', () => {
  expect(unusedOf(afterRun(5, 3))).toBe(2);
  expect(unusedOf(afterRun(5, 5))).toBe(0);
  // One that an earlier run has fetched, and this one asked for.
  expect(unusedOf(afterRun(0, 1))).toBe(0);
  expect(unusedOf(null)).toBe(0);
});
