import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import type { TaskId } from '@larder/core';
import { openHistory, type RunRecord } from '@larder/report';
import { expect, onTestFinished, test } from 'vitest';
import { KnownDurations } from './known-durations.ts';
import { recordRun } from './record-run.ts';

function workspace() {
  const root = mkdtempSync(join(tmpdir(), 'larder-record-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const unwritten: string[] = [];
  const historyFile = join(root, '.larder', 'history.sqlite');
  const run = async (durations: KnownDurations | null, statuses: Readonly<Record<string, string>>, tookMs = 0) => {
    const target = { project: 'app', target: 'build' };
    const ended = { target, startTime: 1_000, endTime: 1_000 + tookMs, cache: true };
    const taskResults = Object.fromEntries(
      Object.entries(statuses).map(([id, status]) => [id, { task: { id, ...ended }, status }]),
    );
    const context = { id: 'run', workspaceRoot: root, taskResults, startTime: 1_000, endTime: 2_000 };
    const onUnwritten = (detail: string): void => void unwritten.push(detail);
    return await recordRun(context, { daemon: null, nowEpochMs: 3_000, durations, onUnwritten });
  };
  return { historyFile, run, unwritten };
}

async function readHistory(historyFile: string): Promise<readonly RunRecord[]> {
  const opened = await openHistory(historyFile);
  if (opened.kind === 'unavailable') throw new Error(opened.detail);
  const runs = opened.history.readRuns({ limit: 10 });
  opened.history.close();
  return runs;
}

const [executed, hit] = [{ 'a:build': 'success' }, { 'a:build': 'local-cache-kept-existing' }];

test('runs of hits alone wait beside the history, and are in it for the next who opens it', async () => {
  const { historyFile, run } = workspace();
  const durations = new KnownDurations();
  await run(durations, executed, 700);
  const hits = [await run(durations, hit), await run(durations, hit)];
  expect(existsSync(`${historyFile}.pending`)).toBe(true);
  expect(hits.map(({ savedMs }) => savedMs)).toEqual([700, 700]);
  const kept = await readHistory(historyFile);
  expect(kept.map(({ totals }) => [totals.executed, totals.upToDate])).toEqual([
    [0, 1],
    [0, 1],
    [1, 0],
  ]);
  expect(kept.map(({ runId }) => runId).slice(0, 2)).toEqual(hits.map(({ runId }) => runId).toReversed());
});

test('a process that serves one run has its record in the history', async () => {
  const { historyFile, run } = workspace();
  await run(null, executed, 700);
  expect((await run(null, hit)).savedMs).toBe(700);
  expect(existsSync(`${historyFile}.pending`)).toBe(false);
  expect(await readHistory(historyFile)).toHaveLength(2);
});

test('what a process knows of durations gives way to what another one has measured, and to new tasks', async () => {
  const { run } = workspace();
  const [one, other] = [new KnownDurations(), new KnownDurations()];
  await run(one, executed, 700);
  expect((await run(one, hit)).savedMs).toBe(700);
  for (let count = 0; count < 5; count += 1) await run(other, executed, 90);
  expect((await run(one, hit)).savedMs).toBe(90);
  await run(other, { 'b:build': 'success' }, 30);
  expect((await run(one, { ...hit, 'b:build': 'remote-cache' })).savedMs).toBe(120);
});

test('durations are known for the tasks and the state of the file that they were read for', () => {
  const [a, b] = ['a:build', 'b:build'] as TaskId[] as [TaskId, TaskId];
  const durations = new KnownDurations();
  expect(durations.find('1', [a])).toBeNull();
  durations.keep('1', [a], new Map([[a, 5]]));
  durations.keep('1', [b], new Map());
  expect(durations.find('1', [a, b])).toEqual(new Map([[a, 5]]));
  durations.keep('2', [b], new Map());
  expect([durations.find('1', [b]), durations.find('2', [a])]).toEqual([null, null]);
});

test('a history that does not take the record is told of, and the run has one all the same', async () => {
  const { historyFile, run, unwritten } = workspace();
  await run(null, { 'app:build': 'success' });
  const database = new DatabaseSync(historyFile);
  database.exec("create trigger full before insert on runs begin select raise(rollback, 'no room'); end");
  database.close();
  expect((await run(null, { 'app:build': 'success' })).tasks).toHaveLength(1);
  expect(unwritten).toEqual([expect.stringContaining('no room')]);
});
