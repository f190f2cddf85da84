import { describe, expect, test } from 'vitest';
import { asRunId } from '@larder/core';
import { checkBudgets } from '../budgets/check-budgets.ts';
import { matchesTask } from '../budgets/match-task.ts';
import { parseBudgets } from '../budgets/parse-budgets.ts';
import { renderBudgetVerdicts } from '../budgets/render-budgets.ts';
import type { RunRecord } from '../records/run-record.ts';
import { executes, hashOf, planned, recordOf, restores, started, taskId, usesMemory } from '../testing/recorded-run.ts';
import { renderBar, renderSparkline } from '../text/plots.ts';
import { buildStatistics } from './build-statistics.ts';
import { compareRuns } from './compare-runs.ts';
import { quantileOf } from './median.ts';
import { renderComparison } from './render-comparison.ts';
import { renderStatistics } from './render-statistics.ts';

const options = { color: false, columns: 120 };
const day = 24 * 60 * 60 * 1000;

/** Runs of `web:build` that took so long each, a day apart. */
function runsOf(...times: readonly number[]): readonly RunRecord[] {
  return times.map((ms, index) => ({
    ...recordOf([started([planned('web:build')]), ...executes('web:build', 0, ms)]),
    runId: asRunId(`r${index}`),
    startedAtEpochMs: 1_767_300_000_000 + index * day,
  }));
}

describe('statistics', () => {
  test('count hits, time and failures by day, and order tasks by the time they took', () => {
    const hit = recordOf([started([planned('web:build')]), ...restores('web:build', 0, 'remote')]);
    const statistics = buildStatistics([
      ...runsOf(100, 300),
      { ...hit, startedAtEpochMs: 1_767_300_000_000 },
      recordOf(),
    ]);
    expect(statistics).toMatchObject({ runs: 4, failedRuns: 4, days: [{ runs: 2 }, { runs: 2 }] });
    expect(statistics.tasks.find(({ task }) => task === 'web:build')).toMatchObject({
      executions: 2,
      failures: 1,
      hits: 1,
      misses: 3,
      p50: 200,
      totalMs: 400,
    });
    expect(statistics.tasks[0]?.task).toBe('ui:build');
  });

  test('add up what was fetched ahead and not needed, and say nothing of it where there is none', () => {
    const [one, two, three] = runsOf(1, 2, 3) as readonly [RunRecord, RunRecord, RunRecord];
    const statistics = buildStatistics([{ ...one, unusedDownloads: 2 }, { ...two, unusedDownloads: 3 }, three]);
    expect(statistics).toMatchObject({ total: { unusedDownloads: 5 }, days: [{ unusedDownloads: 2 }, {}, {}] });
    expect(renderStatistics(statistics, options)).toContain('0 B down, 0 B up, 5 fetched ahead and not needed\n');
    expect(renderStatistics(buildStatistics([three]), options)).not.toContain('ahead');
  });

  test('show a trend once there are six executions', () => {
    expect(buildStatistics(runsOf(1, 1, 1, 1, 1)).tasks[0]?.trend).toBe(null);
    expect(buildStatistics(runsOf(100, 100, 100, 150, 150, 150)).tasks[0]?.trend).toBe(1.5);
  });

  test('call a task flaky that ended differently with the same hash, and no other', () => {
    const [passed] = runsOf(100) as readonly [RunRecord];
    const [task] = passed.tasks;
    const outcome = { kind: 'failed', exitCode: 1, durationMs: 5, attempts: 1 } as const;
    const failed = { ...passed, tasks: [{ ...task!, outcome }] };
    const edited = { ...passed, tasks: [{ ...task!, outcome, hash: hashOf('edited') }] };
    expect(buildStatistics([passed, edited]).flaky).toEqual([]);
    expect(buildStatistics([passed, failed, failed]).flaky).toMatchObject([
      { task: 'web:build', passed: 1, failed: 2 },
    ]);
  });

  test('fit a terminal', () => {
    expect(renderStatistics(buildStatistics(runsOf(100, 120, 90, 300, 310, 330)), options)).toMatchInlineSnapshot(`
      "runs      6, 6 of them failed
      tasks     1
      hit rate  0% of 6 (0 local, 0 remote)
      time      1.3 s executed, 0 ms saved by the cache
      stored    0 B in the local cache
      remote    0 B down, 0 B up

      days
      day         runs  hit rate         saved  cache growth
      2026-01-01  1                  0%  0 ms   0 B
      2026-01-02  1                  0%  0 ms   0 B
      2026-01-03  1                  0%  0 ms   0 B
      2026-01-04  1                  0%  0 ms   0 B
      2026-01-05  1                  0%  0 ms   0 B
      2026-01-06  1                  0%  0 ms   0 B

      slowest tasks, by the time they took in all
      task       times  p50     p95     p99     in all  trend  recent
      web:build  6      210 ms  325 ms  329 ms  1.3 s   +210%  ▃▄▃▇██

      most often missed
      task       misses  mostly because
      web:build  6 of 6  src/index.ts changed
      "
    `);
    expect(renderStatistics(buildStatistics([]), options)).toBe('No runs are recorded yet.\n');
  });

  test('show the memory of tasks that were measured, and its trend', () => {
    const peaks = [100, 100, 100, 130, 130, 130].map((megabytes) => megabytes * 1_000_000);
    const runs = peaks.map((peak) =>
      recordOf([started([planned('web:build')]), ...usesMemory('web:build', 0, 50, peak)]),
    );
    const statistics = buildStatistics([...runs, ...runsOf(10)]);
    expect(statistics.tasks[0]).toMatchObject({ cpuMs: 100, memory: { medianBytes: 115_000_000, trend: 1.3 } });
    expect(renderStatistics(statistics, options)).toContain(
      [
        'most memory',
        'task       peak p50  highest  trend  recent  CPU p50  cores',
        'web:build  115 MB    130 MB   +30%   ▆▆▆███  100 ms   2.0',
      ].join('\n'),
    );
    expect(buildStatistics(runsOf(1, 2)).tasks[0]).toMatchObject({ cpuMs: null, memory: null });
  });

  test('plots grow with their values', () => {
    expect(renderSparkline([0, 1, 2, 4, 8])).toBe('▁▂▃▅█');
    expect(renderSparkline([0, 0])).toBe('▁▁');
    expect([0, 0.5, 1, 2].map((share) => renderBar(share, 4))).toEqual(['', '██', '████', '████']);
    expect(renderBar(0.3, 4)).toBe('█▎');
  });

  test('quantiles lie between the values', () => {
    expect([0, 0.5, 0.95, 1].map((share) => quantileOf([30, 10, 20], share))).toEqual([10, 20, 29, 30]);
    expect(quantileOf([], 0.5)).toBe(0);
  });
});

describe('comparing', () => {
  const slow = runsOf(200, 210, 220, 230, 240);

  test('names the test, and finds what is slower', () => {
    const text = renderComparison(
      compareRuns(runsOf(100, 101, 102, 103, 104), slow),
      { a: 'main', b: 'mine' },
      options,
    );
    expect(text).toMatchInlineSnapshot(`
      "A main (5 runs)  B mine (5 runs)

      task          executed  A       B       change  p
      (whole runs)  5 / 5     102 ms  220 ms  +116%   0.008
      web:build     5 / 5     102 ms  220 ms  +116%   0.008  slower

      test: Mann-Whitney U, two-sided, with the correction of Holm over all tasks; p below 0.05 counts
      "
    `);
  });

  test('claims nothing from a single run, however far apart', () => {
    expect(compareRuns(runsOf(1), runsOf(1_000_000)).tasks).toMatchObject([{ p: null, verdict: 'too few executions' }]);
  });

  test('claims nothing where the times are alike, or the task is on one side only', () => {
    expect(compareRuns(slow, slow).tasks).toMatchObject([{ verdict: 'no difference shown' }]);
    expect(compareRuns(slow, [recordOf()])).toMatchObject({ onlyInA: ['web:build'], tasks: [] });
  });
});

describe('budgets', () => {
  function check(budget: object, times: readonly number[]): string {
    const [budgets] = parseBudgets(JSON.stringify({ budgets: [{ tasks: '*:build', ...budget }] }));
    const task = taskId('web:build');
    const outputs = new Map([[task, { rawBytes: 2_000_000, gzipBytes: 500_000 }]]);
    const verdicts = checkBudgets(budgets, {
      tasks: [task, taskId('web:test')],
      durations: new Map([[task, times]]),
      peaks: new Map([[task, times.map((time) => time * 1_000_000)]]),
      outputs,
    });
    return renderBudgetVerdicts(verdicts, { ...options, all: false });
  }

  test('name the offender, the baseline and the change', () => {
    expect(check({ duration: '1s', outputSize: '1MB', outputGzip: '1MB' }, [400, 600, 1500])).toMatchInlineSnapshot(`
      "   task       budget      measured  limit   baseline  change
      ✖  web:build  duration    1.5 s     1.0 s   500 ms    +200%
      ✖  web:build  outputSize  2.0 MB    1.0 MB  -

      2 of 3 budgets exceeded
      "
    `);
  });

  test('hold the memory of the newest execution against that of those before', () => {
    expect(check({ memory: '1GB' }, [400, 600, 1500])).toContain('memory  1.5 GB    1.0 GB  500 MB    +200%');
    expect(check({ memory: '2GB' }, [400, 600, 1500])).toBe('0 of 1 budgets exceeded\n');
    expect(check({ memory: '2GB' }, [])).toBe('0 of 1 budgets exceeded, 1 without anything to measure yet\n');
  });

  test('look at the newest execution, and have no opinion without one', () => {
    expect(check({ duration: '1s' }, [9000, 500])).toBe('0 of 1 budgets exceeded\n');
    expect(check({ duration: '1s' }, [])).toBe('0 of 1 budgets exceeded, 1 without anything to measure yet\n');
  });

  test('call it a regression only where it is more than chance', () => {
    const before = [100, 102, 104, 98, 96, 101];
    expect(check({ regression: '20%' }, [...before, 150, 152, 149, 151, 153])).toContain('✖');
    expect(check({ regression: '20%' }, [...before, 90, 400, 92, 97, 99])).toContain('0 of 1');
    expect(check({ regression: '60%' }, [...before, 150, 152, 149, 151, 153])).toContain('0 of 1');
  });

  test('that are wrong are all reported, with their places', () => {
    const [budgets, problems] = parseBudgets('{"budgets": [\n{"tasks": [], "duration": "fast"},\n{"task": "a:b"}, 3]}');
    expect(budgets).toEqual([]);
    const found = problems.map((problem) => [
      problem.code === 'invalid-value' ? problem.path : '',
      problem.location?.line,
    ]);
    expect(found).toEqual([
      ['budgets.0.tasks', 2],
      ['budgets.0.duration', 2],
      ['budgets.1.task', 3],
      ['budgets.1.tasks', undefined],
      ['budgets.2', 3],
      ['budgets.2.tasks', undefined],
    ]);
    expect(parseBudgets('{}')[1].length).toBe(1);
    expect(parseBudgets('{')[1].length).toBeGreaterThan(0);
  });

  test('find tasks by patterns', () => {
    const fits = (pattern: string): readonly string[] =>
      ['web:build', '@acme/web:build', 'web:test', 'a'].filter((task) => matchesTask(pattern, task));
    expect(fits('web:build')).toEqual(['web:build']);
    expect(fits('*:build')).toEqual(['web:build', '@acme/web:build']);
    expect(fits('*web*:*t*')).toEqual(['web:test']);
    expect(fits('*')).toEqual(['web:build', '@acme/web:build', 'web:test', 'a']);
    expect(fits('a*a')).toEqual([]);
  });
});
