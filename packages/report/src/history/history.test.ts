import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asRunId } from '@larder/core';
import { initialView } from '../view/own-view.ts';
import { buildRunRecord, noGit, type RunRecord, type TaskRecord } from '../records/run-record.ts';
import { executes, planned, recordOf, started, taskId, usesMemory } from '../testing/recorded-run.ts';
import { openHistory } from './open-history.ts';
import type { RunHistory } from './run-history.ts';

let directory = '';
let file = '';
const open: RunHistory[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'larder-history-'));
  file = join(directory, 'deep', 'history.sqlite');
});
afterEach(() => {
  for (const one of open.splice(0)) one.close();
  rmSync(directory, { recursive: true, force: true });
});

async function history(): Promise<RunHistory> {
  const opened = await openHistory(file);
  if (opened.kind === 'unavailable') throw new Error(opened.detail);
  open.push(opened.history);
  return opened.history;
}

function named(runId: string, changes: Partial<RunRecord> = {}): RunRecord {
  return { ...recordOf(), runId: asRunId(runId), ...changes };
}

/** A run in which one task took so long. */
function timed(runId: string, durationMs: number): RunRecord {
  return named(runId, {
    tasks: recordOf([started([planned('web:build')]), ...executes('web:build', 0, durationMs)]).tasks,
  });
}

test('a run comes back as it was written', async () => {
  const record = recordOf();
  expect((await history()).recordRun(record)).toEqual({ kind: 'written' });
  expect((await history()).readRuns({ limit: 10 })).toEqual([record]);
});

test('what a task takes beside one slot comes back, and nothing that is no such thing', async () => {
  const takes = { weight: 2, alone: false, shares: [{ name: 'mutex db', amount: 1, of: 1 }] };
  const events = [started([planned('web:build', [], { takes })]), ...executes('web:build', 0, 100)];
  const record = named('run', { tasks: recordOf(events).tasks });
  const runs = await history();
  runs.recordRun(record);
  expect(runs.readRuns({ limit: 1 })).toEqual([record]);
  const readAfter = (text: string): unknown => {
    const database = new DatabaseSync(file);
    database.prepare('update tasks set takes = ?').run(text);
    database.close();
    return runs.readRuns({ limit: 1 })[0]?.tasks[0]?.takes;
  };
  for (const text of ['', '[]', '{"weight":0,"shares":[]}', '{"weight":1}']) expect(readAfter(text)).toBeUndefined();
  const odd = JSON.stringify({ weight: 3, shares: [null, { name: 'a', amount: 2, of: 1 }, { name: 1 }] });
  expect(readAfter(odd)).toEqual({ weight: 3, alone: false, shares: [] });
});

test('runs are found by time, branch and the beginning of their id, newest first', async () => {
  const runs = await history();
  for (const id of ['a1', 'a2', 'b1']) runs.recordRun(named(id, { startedAtEpochMs: id === 'a1' ? 1000 : 5000 }));
  runs.recordRun(named('c1', { git: { head: null, branch: 'feature', dirty: null } }));
  const ids = (filter: object): readonly string[] => runs.readRuns({ limit: 10, ...filter }).map(({ runId }) => runId);
  expect(ids({})).toEqual(['c1', 'b1', 'a2', 'a1']);
  expect(ids({ limit: 2 })).toEqual(['c1', 'b1']);
  expect(ids({ runId: 'a' })).toEqual(['a2', 'a1']);
  expect(ids({ runId: '%' })).toEqual([]);
  expect(ids({ branch: 'feature' })).toEqual(['c1']);
  expect(ids({ sinceEpochMs: 2000, branch: 'main' })).toEqual(['b1', 'a2']);
});

test('the last run of a task is found, past those that lacked it', async () => {
  const runs = await history();
  runs.recordRun(named('1'));
  runs.recordRun(named('2', { tasks: [] }));
  const expected = { runId: '1', outcome: 'executed', reason: 'src/index.ts changed' };
  expect(runs.findLastTaskRun(taskId('core:build'))).toMatchObject(expected);
  expect(runs.findLastTaskRun(taskId('web:test'))).toBe(null);
});

test('what a task took comes back, and the highest memory of its last executions is expected again', async () => {
  const runs = await history();
  const events = (peak: number) => [started([planned('web:build')]), ...usesMemory('web:build', 0, 100, peak)];
  for (const peak of [500, 900, 700]) runs.recordRun({ ...recordOf(events(peak)), runId: asRunId(`r${peak}`) });
  expect(runs.readRuns({ limit: 1 })[0]?.tasks).toMatchObject([{ cpuMs: 200, peakMemoryBytes: 700 }]);
  const expected = { durationMs: 100, peakMemoryBytes: 900, recent: ['passed', 'passed', 'passed'] };
  expect(runs.readExpectations([taskId('web:build')]).get(taskId('web:build'))).toEqual(expected);
});

test('how the last five executions of a task ended is known, whatever its inputs were', async () => {
  const runs = await history();
  const endings = [
    { kind: 'executed', durationMs: 1, attempts: 1 },
    { kind: 'executed', durationMs: 1, attempts: 2 },
    { kind: 'up-to-date', savedMs: 1 },
    { kind: 'failed', exitCode: 1, durationMs: 1, attempts: 3 },
    // Nothing ran here: its inputs could not be read.
    { kind: 'failed', exitCode: 1, durationMs: 1, attempts: 0 },
  ] as const;
  const [task] = timed('x', 1).tasks as readonly [TaskRecord];
  for (const [index, outcome] of endings.entries()) {
    runs.recordRun(named(`r${index}`, { tasks: [{ ...task, outcome }] }));
  }
  const recent = (): unknown => runs.readExpectations([task.id]).get(task.id)?.recent;
  expect(recent()).toEqual(['passed', 'retried', 'failed']);
  for (let index = 0; index < 5; index++)
    runs.recordRun(named(`f${index}`, { tasks: [{ ...task, outcome: endings[3] }] }));
  expect(recent()).toEqual(['failed', 'failed', 'failed', 'failed', 'failed']);
});

test('the file of the second version is brought up to date', async () => {
  (await history()).recordRun(timed('before', 100));
  for (const one of open.splice(0)) one.close();
  const database = new DatabaseSync(file);
  database.exec(`alter table tasks drop column takes; alter table runs drop column unused_downloads;
    pragma user_version = 2`);
  database.close();
  const runs = await history();
  expect(runs.readRuns({ limit: 9 })).toEqual([timed('before', 100)]);
  expect(runs.recordRun(timed('after', 200))).toEqual({ kind: 'written' });
});

test('the file of the first version is brought up to date, with what it knows', async () => {
  (await history()).recordRun(timed('before', 100));
  for (const one of open.splice(0)) one.close();
  const database = new DatabaseSync(file);
  database.exec(`alter table tasks drop column cpu_ms; alter table tasks drop column peak_memory_bytes;
    alter table tasks drop column takes;
    alter table runs drop column unused_downloads;
    create table durations (name integer primary key, recent text not null) strict;
    insert into durations select name, durations from expectations; drop table expectations; pragma user_version = 1`);
  database.close();
  const runs = await history();
  expect(runs.readRuns({ limit: 9 })).toEqual([timed('before', 100)]);
  expect(runs.readExpectations([taskId('web:build')]).get(taskId('web:build'))).toEqual({
    durationMs: 100,
    peakMemoryBytes: null,
    recent: [],
  });
  expect(runs.recordRun(timed('after', 200))).toEqual({ kind: 'written' });
});

test('a task is expected to take the median of its last five executions', async () => {
  const runs = await history();
  const expected = (...times: readonly number[]): number | undefined => {
    for (const ms of times) runs.recordRun(timed(`r${Math.random()}`, ms));
    return runs.readExpectedDurations([taskId('web:build'), taskId('other:build')]).get(taskId('web:build'));
  };
  expect(expected()).toBe(undefined);
  expect(expected(100)).toBe(100);
  expect(expected(200)).toBe(150);
  expect(expected(9000, 100, 120)).toBe(120);
  expect(expected(500, 500, 500)).toBe(500);
});

test('what is old, or too much, is forgotten, names and all', async () => {
  const runs = await history();
  const day = 24 * 60 * 60 * 1000;
  for (let index = 0; index < 10; index++) runs.recordRun(named(`old-${index}`, { startedAtEpochMs: 1000 }));
  const kept = [...recordOf([started([planned('new:x', ['core:build'])]), ...executes('new:x', 0, 5)]).tasks];
  for (let index = 0; index < 6; index++) {
    runs.recordRun(named(`new-${index}`, { startedAtEpochMs: 400 * day, tasks: kept }));
  }
  expect(runs.readRuns({ limit: 100 }).map(({ runId }) => runId)).toEqual([5, 4, 3, 2, 1, 0].map((n) => `new-${n}`));
  expect(runs.readRuns({ limit: 1 })[0]?.tasks[0]?.dependsOn).toEqual(['core:build']);
  const database = new DatabaseSync(file);
  expect(
    database
      .prepare('select name from names order by name')
      .all()
      .map((row) => row['name']),
  ).toEqual(['core:build', 'new:x']);
  database.close();
});

test('a damaged file is put aside, and a new history begun', async () => {
  (await history()).recordRun(recordOf());
  for (const one of open.splice(0)) one.close();
  writeFileSync(file, 'no database at all, and long enough to be looked at'.repeat(100));
  const runs = await history();
  expect(runs.readRuns({ limit: 1 })).toEqual([]);
  expect(runs.recordRun(recordOf())).toEqual({ kind: 'written' });
  expect(existsSync(`${file}.damaged`)).toBe(true);
});

test('a file with a log written ahead, as it was before, is used while others have it open', async () => {
  (await history()).recordRun(named('a'));
  for (const one of open.splice(0)) one.close();
  const other = new DatabaseSync(file);
  other.exec('pragma journal_mode = wal; begin; select * from runs');
  const runs = await history();
  expect(runs.recordRun(named('b'))).toEqual({ kind: 'written' });
  other.close();
  expect(runs.readRuns({ limit: 10 }).map(({ runId }) => runId)).toEqual(['b', 'a']);
});

test('downloads that nobody asked for are kept, and what a third version wrote has none', async () => {
  (await history()).recordRun({ ...timed('before', 100), unusedDownloads: 3 });
  expect((await history()).readRuns({ limit: 1 })[0]?.unusedDownloads).toBe(3);
  for (const one of open.splice(0)) one.close();
  const database = new DatabaseSync(file);
  database.exec('alter table runs drop column unused_downloads; pragma user_version = 3');
  database.close();
  expect((await history()).readRuns({ limit: 1 })).toEqual([timed('before', 100)]);
});

test('the file of another version is left alone', async () => {
  (await history()).recordRun(recordOf());
  const database = new DatabaseSync(file);
  database.exec('pragma user_version = 99');
  database.close();
  expect(await openHistory(file)).toMatchObject({ kind: 'unavailable', detail: expect.stringContaining('version') });
});

test('a place that cannot be written is a value, not an exception', async () => {
  writeFileSync(join(directory, 'deep'), '');
  expect(await openHistory(file)).toMatchObject({ kind: 'unavailable' });
});

test('a run that never started has no record', () => {
  expect(buildRunRecord(initialView(), noGit)).toBe(null);
});

describe('processes', () => {
  const script = join(import.meta.dirname, '..', 'testing', 'write-records.ts');

  function write(...args: readonly string[]): ChildProcess {
    const options = ['--conditions', 'source', '--disable-warning=ExperimentalWarning'];
    return spawn(process.execPath, [...options, script, file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  }

  test('that write at the same time lose nothing', async () => {
    const writers = ['a', 'b', 'c'].map((prefix) => write(prefix, '20'));
    for (const writer of writers) writer.stdout?.resume();
    const codes = await Promise.all(writers.map(async (writer) => ((await once(writer, 'exit')) as [number])[0]));
    expect(codes).toEqual([0, 0, 0]);
    expect((await history()).readRuns({ limit: 100 }).length).toBe(60);
  }, 60_000);

  test('that are killed in the middle leave whole runs, and the file usable', async () => {
    for (const prefix of ['a', 'b', 'c', 'd']) {
      const writer = write(prefix);
      let written = 0;
      for await (const chunk of writer.stdout as AsyncIterable<Buffer>) {
        written += chunk.length;
        if (written > 5) writer.kill('SIGKILL');
      }
    }
    const runs = await history();
    const all = runs.readRuns({ limit: 100_000 });
    expect(all.length).toBeGreaterThan(20);
    expect(all.filter(({ tasks }) => tasks.length !== recordOf().tasks.length)).toEqual([]);
    expect(runs.recordRun(recordOf())).toEqual({ kind: 'written' });
    const database = new DatabaseSync(file);
    expect(database.prepare('pragma integrity_check').get()).toEqual({ integrity_check: 'ok' });
    database.close();
  }, 60_000);
});

test('a run of 1,000 tasks costs less than a millisecond a task, an unchanged one far less', async () => {
  const [task] = recordOf().tasks as readonly [TaskRecord];
  const dependsOn = Array.from({ length: 5 }, (_, index) => taskId(`p${index}:build`));
  const tasks = Array.from({ length: 1000 }, (_, index) => ({ ...task, id: taskId(`p${index}:build`), dependsOn }));
  const runs = await history();
  const spent = ['a', 'b', 'c'].map((runId) => {
    const before = performance.now();
    expect(runs.recordRun(named(runId, { tasks }))).toEqual({ kind: 'written' });
    return performance.now() - before;
  });
  expect(Math.min(...spent)).toBeLessThan(250);
});
