import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asRunId } from '@larder/core';
import { recordedRun, taskId } from '../testing/recorded-run.ts';
import { initialView } from '../view/own-view.ts';
import { reduceView } from '../view/reduce-view.ts';
import { readDurations, recordDurations } from './durations.ts';
import { findLastTaskRecord } from './find-last-task-record.ts';
import { buildRunRecord, type RunRecord } from './run-record.ts';
import { writeRunRecord } from './write-run-record.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'larder-records-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('durations', () => {
  const build = taskId('web:build');

  function record(...runs: readonly number[]): number | undefined {
    const file = join(directory, 'state', 'durations.json');
    for (const durationMs of runs) recordDurations(file, [{ task: build, durationMs }]);
    return readDurations(file).get(build);
  }

  test('expect the median of the last five runs', () => {
    expect(record(100)).toBe(100);
    expect(record(200)).toBe(150);
    expect(record(9000, 100, 120)).toBe(120);
    expect(record(500, 500, 500)).toBe(500);
  });

  test.each(['', 'nonsense', '[]', '{"v":2,"tasks":{"web:build":[1]}}', '{"v":1,"tasks":{"web:build":["1",-1,null]}}'])(
    'of a broken file (%s) are empty, and it is replaced',
    (content) => {
      const file = join(directory, 'durations.json');
      writeFileSync(file, content);
      expect(readDurations(file).size).toBe(0);
      recordDurations(file, [{ task: build, durationMs: 7 }]);
      expect(readDurations(file).get(build)).toBe(7);
    },
  );

  test('forget the tasks that ran longest ago when there are too many', () => {
    const file = join(directory, 'durations.json');
    recordDurations(
      file,
      Array.from({ length: 50_001 }, (_, index) => ({ task: taskId(`p${index}:build`), durationMs: 1 })),
    );
    const durations = readDurations(file);
    expect(durations.size).toBe(50_000);
    expect(durations.has(taskId('p0:build'))).toBe(false);
  });

  test('that cannot be written are reported, and nothing is left behind', () => {
    writeFileSync(join(directory, 'file'), '');
    const result = recordDurations(join(directory, 'file', 'durations.json'), [{ task: build, durationMs: 1 }]);
    expect(result.kind).toBe('failed');
    expect(readdirSync(directory)).toEqual(['file']);
  });

  test('leave no partial files', () => {
    recordDurations(join(directory, 'durations.json'), [{ task: build, durationMs: 1 }]);
    expect(readdirSync(directory)).toEqual(['durations.json']);
  });
});

describe('run records', () => {
  function recordOf(): RunRecord {
    const record = buildRunRecord(recordedRun().reduce(reduceView, initialView()));
    if (record === null) throw new Error('the run has started');
    return record;
  }

  test('hold hash, outcome, reason and times of each task', () => {
    expect(recordOf().tasks.find(({ id }) => id === 'core:build')).toMatchInlineSnapshot(`
      {
        "hash": "636f72653a6275696c64000000000000",
        "hashMs": 1,
        "id": "core:build",
        "lookupMs": 2,
        "outcome": {
          "attempts": 1,
          "durationMs": 1200,
          "kind": "executed",
        },
        "reason": "src/index.ts changed",
        "settledAt": 1205,
        "startedAt": 5,
      }
    `);
  });

  test('are kept for the last 20 runs', () => {
    const runs = Array.from({ length: 25 }, (_, index) => `run-${String(index).padStart(2, '0')}`);
    for (const runId of runs) writeRunRecord(directory, { ...recordOf(), runId: asRunId(runId) });
    expect(readdirSync(directory).toSorted()).toEqual(runs.slice(5).map((runId) => `${runId}.json`));
  });

  test('are found by task, newest first, past broken ones and past runs that lacked it', () => {
    writeRunRecord(directory, { ...recordOf(), runId: asRunId('1') });
    writeRunRecord(directory, { ...recordOf(), runId: asRunId('2'), tasks: [] });
    writeFileSync(join(directory, '3.json'), '{"v":1,"tasks":[null,{"id":"core:build","hash":"../x"}]}');
    writeFileSync(join(directory, '4.json'), readFileSync(join(directory, '1.json')).subarray(0, 100));
    expect(findLastTaskRecord(directory, taskId('core:build'))).toMatchObject({
      runId: '1',
      outcome: 'executed',
      reason: 'src/index.ts changed',
    });
    expect(findLastTaskRecord(directory, taskId('web:test'))).toBe(null);
    expect(findLastTaskRecord(join(directory, 'none'), taskId('core:build'))).toBe(null);
  });

  test('never leave their folder, whatever the run is called', () => {
    expect(writeRunRecord(directory, { ...recordOf(), runId: asRunId('../escape') }).kind).toBe('failed');
  });

  test('do not exist where no run started', () => {
    expect(buildRunRecord(initialView())).toBe(null);
  });
});
