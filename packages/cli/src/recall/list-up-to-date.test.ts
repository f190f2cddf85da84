import { formatTaskId, type RunEvent, type TaskHash, type TaskOutcome } from '@larder/core';
import { expect, test } from 'vitest';
import { listUpToDate } from './list-up-to-date.ts';

const outcomes: Readonly<Record<string, TaskOutcome>> = {
  one: { kind: 'up-to-date', savedMs: 1 },
  two: { kind: 'executed', durationMs: 1, attempts: 1 },
  three: { kind: 'restored', from: 'local', savedMs: 1 },
  four: { kind: 'up-to-date', savedMs: 1 },
};
const settled = Object.entries(outcomes).map(([name, outcome]): RunEvent => ({
  type: 'task-settled',
  at: 1,
  task: formatTaskId(name, 'build'),
  hash: name as TaskHash,
  outcome,
}));
const tasks = { executed: 1, restoredLocal: 1, restoredRemote: 0, upToDate: 2, failed: 0, skipped: 0, cancelled: 0 };

function listed(end: { exitCode?: number; cacheTroubles?: number }, others: readonly RunEvent[] = []) {
  const finished = { at: 2, exitCode: 0, durationMs: 2, tasks, cacheTroubles: 0, savedMs: 2, ...end };
  return listUpToDate([...settled, ...others, { type: 'run-finished', ...finished }]).map(({ id }) => id);
}

test('only tasks that were up to date are listed, also of a run in which others failed', () => {
  expect(listed({})).toEqual(['one:build', 'four:build']);
  expect(listed({ exitCode: 1 })).toEqual(['one:build', 'four:build']);
});

test('a run that broke off, had trouble with the cache or was steered by hand lists none', () => {
  expect(listed({ exitCode: 130 })).toEqual([]);
  expect(listed({ cacheTroubles: 1 })).toEqual([]);
  expect(listed({}, [{ type: 'tasks-reopened', at: 1, tasks: [formatTaskId('two', 'build')] }])).toEqual([]);
  expect(listUpToDate(settled)).toEqual([]);
});
