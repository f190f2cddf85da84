import type { DaemonStatus } from '@larder/daemon';
import { expect, test } from 'vitest';
import type { NxTask } from './nx-context.ts';
import { buildNxRecord } from './build-nx-record.ts';

function afterRun(fetched: number, asked: number): DaemonStatus {
  const none = { hits: { memory: 0, disk: 0, remote: 0 }, misses: 0, stored: 0, downloadedBytes: 0, uploadedBytes: 0 };
  const tallies = { ...none, ahead: { fetched, asked }, troubles: [] };
  const facts = { pid: 1, version: '1', startedAtEpochMs: 0, upstream: null, uploads: false, runs: [], changes: null };
  return { ...facts, pendingUploads: 0, memoryBytes: 0, tallies, duringRun: tallies };
}

function recordOf(results: Readonly<Record<string, Partial<NxTask> & { readonly status: string }>>, context = {}) {
  const facts = { runId: 'r', nowEpochMs: 1, expectedMs: new Map(), reasons: new Map(), dependsOn: new Map() };
  const taskResults = Object.fromEntries(
    Object.entries(results).map(([id, { status, ...own }]) => {
      const [project = '', target = ''] = id.split(':');
      return [id, { status, task: { id, target: { project, target }, ...own } }];
    }),
  );
  return buildNxRecord({ workspaceRoot: '/w', ...context, taskResults }, { ...facts, daemon: null });
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

test('a run that was stopped ended as nx does then; what goes on for ever is stopped in every run', () => {
  expect(recordOf({ 'a:build': { status: 'stopped' }, 'b:build': { status: 'success' } }).exitCode).toBe(130);
  expect(
    recordOf({ 'a:serve': { status: 'stopped', continuous: true }, 'b:e2e': { status: 'success' } }).exitCode,
  ).toBe(0);
  expect(recordOf({ 'a:build': { status: 'failure' }, 'b:build': { status: 'skipped' } }).exitCode).toBe(1);
});

test('its slots are the most tasks that ran at once', () => {
  const ran = (startTime: number, endTime: number) => ({ status: 'success', startTime, endTime });
  const slotsOf = (results: Parameters<typeof recordOf>[0]) => recordOf(results, { startTime: 0, endTime: 9 }).slots;
  expect(slotsOf({ 'a:b': ran(0, 3), 'b:b': ran(1, 2), 'c:b': ran(2, 4), 'd:b': ran(4, 5) })).toBe(2);
  expect(slotsOf({ 'a:b': ran(0, 9), 'b:b': { ...ran(0, 9), continuous: true } })).toBe(1);
  expect(slotsOf({ 'a:b': { ...ran(0, 9), status: 'local-cache' }, 'b:b': ran(0, 9) })).toBe(1);
});
