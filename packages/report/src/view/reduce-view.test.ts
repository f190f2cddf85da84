import { assert, property, shuffledSubarray } from 'fast-check';
import { expect, test } from 'vitest';
import type { RunEvent } from '@larder/core';
import { executes, output, planned, recordedRun, restores, started, taskId } from '../testing/recorded-run.ts';
import { initialView } from './own-view.ts';
import { reduceView } from './reduce-view.ts';
import type { RunView } from './run-view.ts';
import { findCriticalPath, findSlowestTasks } from './task-times.ts';

function viewOf(events: readonly RunEvent[]): RunView {
  return events.reduce(reduceView, initialView());
}

test('a task goes through its states as events arrive', () => {
  const states: (string | undefined)[] = [];
  let view = initialView();
  for (const event of [started([planned('web:build')]), ...executes('web:build', 0, 10)]) {
    view = reduceView(view, event);
    states.push(view.tasks.get(taskId('web:build'))?.state);
  }
  expect(states).toEqual(['waiting', 'looking-up', 'queued', 'running', 'settled']);
});

test('a hit is being restored until it settles', () => {
  const view = viewOf([started([planned('web:build')]), ...restores('web:build', 0, 'remote').slice(0, 2)]);
  expect(view.tasks.get(taskId('web:build'))?.state).toBe('restoring');
  expect([...view.groups.active]).toEqual(['web:build']);
});

test('hits count apart by cache, against cacheable tasks that settled after a lookup', () => {
  const { hits } = viewOf(recordedRun());
  // Out: the uncacheable docs:lint, the skipped web:test, the cancelled e2e:test.
  expect(hits).toEqual({ cacheable: 6, local: 2, remote: 1 });
});

test('the counts of the tasks agree with those of the run', () => {
  const events = recordedRun();
  const { totals, savedMs } = viewOf(events.slice(0, -1));
  const end = events.at(-1);
  expect(end?.type === 'run-finished' && { totals: end.tasks, savedMs: end.savedMs }).toEqual({ totals, savedMs });
});

test('a kind of trouble is counted and keeps its first detail', () => {
  expect([...viewOf(recordedRun()).troubles.values()]).toEqual([
    {
      code: 'remote-unreachable',
      count: 2,
      firstTask: 'web:build',
      firstDetail: 'connect ECONNREFUSED 127.0.0.1:9',
    },
  ]);
});

test('misses are counted by reason, and only so many reasons are told apart', () => {
  const ids = Array.from({ length: 300 }, (_, index) => `p${index}:build`);
  const misses = ids.map((id): RunEvent => ({
    type: 'task-looked-up',
    at: 1,
    task: taskId(id),
    result: { kind: 'miss', reason: id },
    durationMs: 1,
  }));
  const { missReasons } = viewOf([started(ids.map((id) => planned(id))), ...misses]);
  expect(missReasons.size).toBe(201);
  expect(missReasons.get('other reasons')).toBe(100);
});

test('the critical path is the chain of dependencies that took longest, whatever settled last', () => {
  expect(findCriticalPath(viewOf(recordedRun()))).toEqual([
    { task: 'core:build', durationMs: 1200 },
    { task: 'ui:build', durationMs: 2000 },
    { task: 'web:build', durationMs: 1000 },
  ]);
});

test('the slowest tasks are those whose processes took longest', () => {
  expect(findSlowestTasks(viewOf(recordedRun()), 2).map(({ task }) => task)).toEqual(['ui:build', 'core:build']);
});

test('output keeps its end, in whole lines and within bounds', () => {
  const lines = Array.from({ length: 3000 }, (_, index) => `line ${index}\n`);
  const view = viewOf([started([planned('a:b')]), ...lines.map((line) => output('a:b', line)), output('a:b', 'rest')]);
  const tail = view.tasks.get(taskId('a:b'))?.output;
  expect(tail?.last(3)).toEqual(['line 2998', 'line 2999', 'rest']);
  expect(tail?.last(Infinity).length).toBeLessThanOrEqual(502);
  expect((tail?.droppedLines ?? 0) + (tail?.last(Infinity).length ?? 0)).toBe(3001);
});

test('an event about an unknown or settled task changes no task', () => {
  const before = viewOf([started([planned('a:b')]), ...executes('a:b', 0, 5)]);
  const settled = before.tasks.get(taskId('a:b'));
  const after = [...executes('x:y', 6, 9), ...executes('a:b', 10, 20)].reduce(reduceView, before);
  expect(after.tasks.get(taskId('a:b'))).toBe(settled);
  expect(after.settledCount).toBe(1);
  expect(after.tasks.size).toBe(1);
});

test('every task stands in exactly one group, whatever the order of the events', () => {
  const ids = ['a:b', 'c:d', 'e:f'];
  const pool = ids.flatMap((id) => [...executes(id, 0, 5), ...restores(id, 1, 'local')]);
  assert(
    property(shuffledSubarray(pool), (events) => {
      const { groups, settledCount, totals } = viewOf([started(ids.map((id) => planned(id))), ...events]);
      const grouped = [...groups.failed, ...groups.active, ...groups.waiting, ...groups.done];
      expect(grouped.toSorted()).toEqual(ids);
      expect(groups.failed.length + groups.done.length).toBe(settledCount);
      expect(totals.executed + totals.restoredLocal).toBe(settledCount);
    }),
  );
});

test('20,000 tasks reduce in time that grows with the events only', () => {
  const ids = Array.from({ length: 20_000 }, (_, index) => `p${index}:build`);
  const begin = performance.now();
  const view = viewOf([started(ids.map((id) => planned(id))), ...ids.flatMap((id) => executes(id, 0, 5, 'out\n'))]);
  expect(view.totals.executed).toBe(20_000);
  // A quadratic step would take minutes; linear work takes well under a second.
  expect(performance.now() - begin).toBeLessThan(10_000);
});
