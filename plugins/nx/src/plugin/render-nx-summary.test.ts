import { asRunId, type TaskId, type TaskOutcome } from '@larder/core';
import { noGit, type RunRecord, type TaskRecord } from '@larder/report';
import { expect, test } from 'vitest';
import { countTotals } from './add-run-parts.ts';
import { renderNxSummary } from './render-nx-summary.ts';

function task(id: string, from: number, to: number, facts: Partial<TaskRecord> = {}): TaskRecord {
  const outcome: TaskOutcome = { kind: 'executed', durationMs: to - from, attempts: 1 };
  const times = { hashMs: null, lookupMs: null, activeAt: from, startedAt: from, settledAt: to, storedBytes: null };
  const own = {
    id: id as TaskId,
    cacheable: true,
    continuous: false,
    dependsOn: [],
    hash: null,
    outcome,
    reason: null,
  };
  return { ...own, ...times, cpuMs: null, peakMemoryBytes: null, ...facts };
}

function summaryOf(tasks: readonly TaskRecord[], facts: Partial<RunRecord> = {}): readonly string[] {
  const record: RunRecord = {
    v: 1,
    runId: asRunId('r'),
    startedAtEpochMs: 0,
    command: 'nx',
    slots: 0,
    exitCode: 0,
    durationMs: 1,
    savedMs: 0,
    downloadedBytes: 0,
    uploadedBytes: 0,
    unusedDownloads: 0,
    git: noGit,
    totals: countTotals(tasks),
    tasks,
    ...facts,
  };
  return renderNxSummary(record, null)
    .trim()
    .split(/\n Larder {2}/);
}

const after = (...ids: string[]) => ({ dependsOn: ids as TaskId[] });

test('the critical path is the longest chain, not the last task', () => {
  const tasks = [
    task('app:build', 3000, 4000, after('ui:build', 'core:build')),
    task('core:build', 0, 1000),
    task('ui:build', 1000, 3000, after('core:build')),
    task('docs:build', 0, 3500),
  ];
  expect(summaryOf(tasks)).toContain('critical path: core:build > ui:build > app:build, 4.0 s');
});

test('a long chain is shown by its ends', () => {
  const tasks = [0, 1, 2, 3, 4, 5, 6].map((n) => task(`p${n}:b`, n, n + 1, n === 0 ? {} : after(`p${n - 1}:b`)));
  expect(summaryOf(tasks).join()).toContain('p0:b > p1:b > p2:b > 2 more > p5:b > p6:b');
});

test('misses that cost most are explained first, and nothing in them steers a terminal', () => {
  const reasons = ['a', 'b', 'c\u001b[31m', 'd'];
  const tasks = reasons.map((reason, index) => task(`p${index}:b`, 0, 10 + index, { reason }));
  expect(summaryOf(tasks).filter((line) => line.includes('miss'))).toEqual([
    'missed p3:b: d',
    'missed p2:b: c',
    'missed p1:b: b',
    'and 1 more misses; see "larder report"',
  ]);
});

test('what was fetched ahead and not needed is told, as it has cost a transfer', () => {
  const tasks = [task('app:build', 0, 1)];
  expect(summaryOf(tasks, { unusedDownloads: 2 })).toContain('moved: 2 fetched ahead and not needed');
  expect(summaryOf(tasks).join()).not.toContain('ahead');
});

test('what cannot be a hit does not lower the rate, and only all is 100 %', () => {
  const hit: TaskOutcome = { kind: 'restored', from: 'local', savedMs: 0 };
  const hits = Array.from({ length: 199 }, (_, n) => task(`p${n}:build`, 0, 1, { outcome: hit }));
  const missed = task('app:build', 0, 1);
  expect(summaryOf([...hits, missed])[0]).toContain('199 of 200 tasks were hits (99 %): 199 local, 0 remote');
  const others = [
    task('app:deploy', 0, 1, { cacheable: false }),
    task('app:pack', 0, 0, { outcome: { kind: 'skipped', failedDependency: 'app:build' as TaskId } }),
  ];
  expect(summaryOf([...hits, ...others])[0]).toContain(
    '199 of 199 cacheable tasks were hits (100 %): 199 local, 0 remote',
  );
  expect(summaryOf(others).join()).not.toContain('hits');
  expect(summaryOf([])).toEqual(['']);
});

test('a task that goes on until it is stopped is not a slow one', () => {
  const serve = task('app:serve', 0, 9000, { continuous: true, cacheable: false });
  expect(summaryOf([serve, task('app:e2e', 0, 1000)])).toContain('slowest: app:e2e 1.0 s');
});
