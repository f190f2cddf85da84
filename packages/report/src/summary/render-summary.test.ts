import { expect, test } from 'vitest';
import type { RunEvent } from '@larder/core';
import { planned, recordedRun, restores, started, usesMemory } from '../testing/recorded-run.ts';
import { displayWidth } from '../text/display-width.ts';
import { initialView } from '../view/own-view.ts';
import { reduceView } from '../view/reduce-view.ts';
import { formatRate } from './describe-counts.ts';
import { renderSummary } from './render-summary.ts';

function summaryOf(events: readonly RunEvent[], columns = 100, color = false): string {
  return renderSummary(events.reduce(reduceView, initialView()), { color, columns });
}

function finished(exitCode: number): RunEvent {
  const tasks = { executed: 0, restoredLocal: 1, restoredRemote: 0, upToDate: 0, failed: 0, skipped: 0, cancelled: 0 };
  return { type: 'run-finished', at: 20, exitCode, durationMs: 20, tasks, cacheTroubles: 0, savedMs: 4000 };
}

test('a run in which all was restored takes four lines', () => {
  const events = [started([planned('a:b')]), ...restores('a:b', 1, 'local'), finished(0)];
  expect(summaryOf(events)).toMatchInlineSnapshot(`
    "
    ✔ 1 task succeeded
      tasks     1 restored (1 local, 0 remote)
      hit rate  100% of 1 (100% local, 0% remote)
      time      20 ms, 4.0 s saved by the cache
    "
  `);
});

test('what the tasks took of the machine is said where it was measured', () => {
  const megabyte = 1_000_000;
  const events = [
    started([planned('a:b'), planned('c:d')]),
    ...usesMemory('a:b', 0, 500, 30 * megabyte),
    ...usesMemory('c:d', 0, 250, 700 * megabyte),
    finished(0),
  ];
  expect(summaryOf(events)).toContain('  used      1.5 s of CPU, at most 700 MB of memory (c:d)');
});

test('a run that broke off says how far it came', () => {
  expect(summaryOf(recordedRun().slice(0, 12))).toContain('- 2 of 9 tasks settled, then the run ended');
});

test('a run of no tasks says so', () => {
  expect(summaryOf([started([]), { ...finished(0) }])).toContain('nothing to do');
});

test('lines fit the terminal, except commands that a person may copy', () => {
  const lines = summaryOf(recordedRun(), 40, true).split('\n');
  expect(lines.filter((line) => displayWidth(line) > 40 && !line.includes('larder run'))).toEqual([]);
  expect(lines.at(-2)).toContain('larder run web:build');
});

test('text from a server cannot act on the terminal', () => {
  const trouble: RunEvent = {
    type: 'cache-trouble',
    at: 1,
    code: 'remote-error',
    task: null,
    detail: `\u001B[2J500\n\u001B]0;x\u0007${'y'.repeat(1000)}`,
  };
  const text = summaryOf([started([planned('a:b')]), trouble], Infinity);
  expect(text).toContain('remote-error: 500 yyy');
  expect(text).not.toContain('\u001B');
  expect(text.length).toBeLessThan(700);
});

test('a rate is 100% or 0% only where it is exact', () => {
  expect([formatRate(999, 1000), formatRate(1, 1000), formatRate(3, 3), formatRate(0, 3)]).toEqual([
    '99%',
    '1%',
    '100%',
    '0%',
  ]);
});
