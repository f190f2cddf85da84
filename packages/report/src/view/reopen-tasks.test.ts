import { expect, test } from 'vitest';
import type { RunEvent, TaskOutcome } from '@larder/core';
import { buildRunRecord, noGit } from '../records/run-record.ts';
import { executes, output, planned, restores, started, taskId } from '../testing/recorded-run.ts';
import { initialView } from './own-view.ts';
import { reduceView } from './reduce-view.ts';
import type { RunView } from './run-view.ts';
import { findCriticalPath, findFlakyTasks } from './task-times.ts';

const build = taskId('a:build');
const failed: TaskOutcome = { kind: 'failed', exitCode: 2, durationMs: 10, attempts: 1 };

function viewOf(events: readonly RunEvent[]): RunView {
  return events.reduce(reduceView, initialView());
}

function settles(id: string, at: number, outcome: TaskOutcome): RunEvent {
  return { type: 'task-settled', at, task: taskId(id), hash: null, outcome };
}

function reopens(at: number, ...ids: readonly string[]): RunEvent {
  return { type: 'tasks-reopened', at, tasks: ids.map(taskId) };
}

function starts(id: string, at: number, attempt = 1): RunEvent {
  return { type: 'task-started', at, task: taskId(id), attempt, command: 'tsc' };
}

const failure = [
  started([planned('a:build'), planned('b:test', ['a:build']), planned('c:build')]),
  ...restores('c:build', 0, 'remote'),
  starts('a:build', 1),
  output('a:build', 'error TS1\n'),
  settles('a:build', 11, failed),
  settles('b:test', 11, { kind: 'skipped', failedDependency: build }),
];

test('reopened tasks wait again and count for nothing', () => {
  const before = viewOf([failure[0]!, ...restores('c:build', 0, 'remote')]);
  const view = viewOf([...failure, reopens(12, 'a:build', 'b:test')]);
  expect(view).toMatchObject({ totals: before.totals, hits: before.hits, settledCount: 1, savedMs: before.savedMs });
  expect(view.groups).toMatchObject({ failed: [], done: ['c:build'] });
  expect([...view.groups.waiting]).toEqual(['a:build', 'b:test']);
  expect(view.tasks.get(build)).toMatchObject({ state: 'waiting', outcome: null, startedAt: null, output: null });
  expect(findCriticalPath(view).map(({ task }) => task)).toEqual(['c:build']);
});

test('a hit that is executed after all is none any more', () => {
  const view = viewOf([...failure, reopens(12, 'c:build'), ...executes('c:build', 13, 20)]);
  expect(view).toMatchObject({ hits: { remote: 0 }, savedMs: 0, totals: { restoredRemote: 0, executed: 1 } });
});

test('the record, the flaky tasks and the order of starts tell the last execution, and that others failed', () => {
  const passed: TaskOutcome = { kind: 'executed', durationMs: 5, attempts: 2 };
  const view = viewOf([
    ...failure,
    reopens(12, 'a:build', 'b:test'),
    starts('a:build', 13, 2),
    output('a:build', 'fine\n'),
    settles('a:build', 18, passed),
  ]);
  expect(findFlakyTasks(view).map(({ id }) => id)).toEqual(['a:build']);
  const [failedAttempt] = view.tasks.get(build)?.failedAttempts ?? [];
  expect(failedAttempt).toMatchObject({ exitCode: 2 });
  expect(failedAttempt?.output?.last(1)).toEqual(['error TS1']);
  expect(view.startOrder).toEqual(['c:build', 'a:build']);
  const record = buildRunRecord(view, noGit);
  expect(record?.tasks[0]).toMatchObject({ outcome: passed, startedAt: 13, settledAt: 18 });
});

test('failures before a change are no attempts of what passes after it', () => {
  const view = viewOf([...failure, reopens(12, 'a:build', 'b:test'), starts('a:build', 13, 1)]);
  expect(view.tasks.get(build)?.failedAttempts).toEqual([]);
});
