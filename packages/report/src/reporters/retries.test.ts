import type { Reporter, RunEvent, TaskOutcome } from '@larder/core';
import { describe, expect, test } from 'vitest';
import { recordOf, output, planned, started, taskId } from '../testing/recorded-run.ts';
import { renderFailures } from '../summary/render-failures.ts';
import { renderJobSummary } from '../summary/render-job-summary.ts';
import { renderSummary } from '../summary/render-summary.ts';
import { buildStatistics } from '../statistics/build-statistics.ts';
import { initialView } from '../view/own-view.ts';
import { reduceView } from '../view/reduce-view.ts';
import type { RunView } from '../view/run-view.ts';
import { createFailuresReporter } from './create-failures-reporter.ts';
import { createStaticReporter } from './create-static-reporter.ts';
import { createStreamReporter } from './create-stream-reporter.ts';
import type { ReporterOptions, WriteText } from './reporter-options.ts';

const task = taskId('web:test');
const options = { color: false, columns: 100, verbose: false };

/** Two attempts, the first of which leaves a line unfinished. */
function twoAttempts(outcome: TaskOutcome, outputLogs: 'full' | 'errors-only' = 'full'): readonly RunEvent[] {
  return [
    started([planned('web:test', [], { outputLogs })]),
    { type: 'task-looked-up', at: 1, task, result: { kind: 'miss', reason: null }, durationMs: 1 },
    { type: 'task-started', at: 2, task, attempt: 1, command: 'vitest' },
    output('web:test', 'timed out\nbad'),
    { type: 'task-retried', at: 5, task, attempt: 2, exitCode: 7 },
    { type: 'task-started', at: 6, task, attempt: 2, command: 'vitest' },
    output('web:test', 'second\n'),
    { type: 'task-settled', at: 9, task, hash: null, outcome },
  ];
}

const flaky: TaskOutcome = { kind: 'executed', durationMs: 7, attempts: 2 };
const failed: TaskOutcome = { kind: 'failed', exitCode: 1, durationMs: 7, attempts: 2 };
const viewOf = (events: readonly RunEvent[]): RunView => events.reduce(reduceView, initialView());

function print(
  create: (write: WriteText, options: ReporterOptions) => Reporter,
  events: readonly RunEvent[],
): readonly string[] {
  let text = '';
  const reporter = create((more) => (text += more), options);
  for (const event of events) reporter.onEvent(event);
  return text.trimEnd().split('\n');
}

const between = 'attempt 1 ended with exit code 7, attempt 2 follows';
const passed = '✔ web:test  executed in 7 ms, flaky: passed at attempt 2';

describe('the output of two attempts', () => {
  test('is kept apart by every reporter, unfinished lines too', () => {
    const lines = ['timed out', 'bad', between, 'second'];
    expect(print(createStaticReporter, twoAttempts(flaky))).toEqual([passed, ...lines]);
    expect(print(createStreamReporter, twoAttempts(flaky)).filter((line) => !line.includes('$'))).toEqual([
      ...lines.map((line) => `web:test ${line}`),
      passed,
    ]);
  });

  test('is shown of a flaky task even where only failures are', () => {
    expect(print(createFailuresReporter, twoAttempts(flaky))).toEqual([passed, 'timed out', 'bad', between, 'second']);
    expect(print(createStaticReporter, twoAttempts(flaky, 'errors-only'))).toEqual([
      passed,
      'timed out',
      'bad',
      between,
    ]);
  });

  test('is that of the last one in the view, which knows how the others ended', () => {
    const view = viewOf(twoAttempts(failed));
    const seen = view.tasks.get(task);
    expect(seen?.output?.last(9)).toEqual(['second']);
    expect(seen?.failedAttempts.map(({ exitCode, output: tail }) => [exitCode, tail?.last(9)])).toEqual([
      [7, ['timed out', 'bad']],
    ]);
    expect(renderFailures(view, options)).toContain('attempt 1 ended with exit code 7\n$ vitest\nsecond\n');
  });
});

test('the summary, the page of the job and the statistics name a flaky task', () => {
  const events = twoAttempts(flaky);
  expect(renderSummary(viewOf(events), options)).toMatch(/flaky +web:test/);
  expect(renderJobSummary(viewOf(events))).toContain('| flaky | <code>web:test</code> |');
  const record = recordOf(events);
  const tasks = record.tasks.map((one) => ({ ...one, hash: recordOf().tasks[0]!.hash }));
  expect(buildStatistics([{ ...record, tasks }]).flaky).toMatchObject([{ task, passed: 1, failed: 0, retried: 1 }]);
});

test('a task that was not tried again says why', () => {
  const outcome: TaskOutcome = { ...failed, attempts: 1, notRetried: 'its last 3 executions all failed' };
  expect(print(createStaticReporter, [started([planned('web:test')]), { ...twoAttempts(outcome).at(-1)! }])).toEqual([
    '✖ web:test  failed with exit code 1 after 7 ms, not tried again: its last 3 executions all failed',
  ]);
});
