import { expect, test } from 'vitest';
import type { PlannedTask, RunEvent } from '@larder/core';
import { executes, planned, started, taskId } from '../testing/recorded-run.ts';
import { estimateRemainingMs, forecastTasks } from './forecast-run.ts';
import { initialView } from './own-view.ts';
import { reduceView } from './reduce-view.ts';
import type { RunView } from './run-view.ts';

function plan(
  id: string,
  expectedMs: number | null,
  dependsOn: readonly string[] = [],
  continuous = false,
): PlannedTask {
  return { ...planned(id), expectedMs, continuous, dependsOn: dependsOn.map(taskId) };
}

function start(tasks: readonly PlannedTask[], slots: number, ...events: readonly RunEvent[]): RunView {
  const first = { ...started(tasks), slots } as RunEvent;
  return [first, ...events].reduce(reduceView, initialView());
}

function begin(id: string, at: number): RunEvent {
  return { type: 'task-started', at, task: taskId(id), attempt: 1, command: 'x' };
}

function remaining(view: RunView, nowMs: number): number | null {
  return estimateRemainingMs(view, forecastTasks(view.tasks), nowMs);
}

test('a chain is as long as the tasks in it, whatever the order of the plan', () => {
  const { tasks } = start([plan('c:x', 3000, ['b:x']), plan('a:x', 1000), plan('b:x', 2000, ['a:x'])], 4);
  const forecasts = forecastTasks(tasks);
  expect(['a:x', 'b:x', 'c:x'].map((id) => forecasts.get(taskId(id))?.chainMs)).toEqual([6000, 5000, 3000]);
  expect(forecasts.get(taskId('a:x'))?.dependents).toEqual(['b:x']);
});

test('with many slots the longest chain decides, less what has passed', () => {
  const tasks = [plan('a:x', 5000), plan('b:x', 2000, ['a:x']), plan('c:x', 1000)];
  expect(remaining(start(tasks, 8, begin('a:x', 100)), 2100)).toBe(5000);
});

test('with few slots the work decides', () => {
  const tasks = Array.from({ length: 10 }, (_, index) => plan(`p${index}:x`, 4000));
  expect(remaining(start(tasks, 2, begin('p0:x', 0), begin('p1:x', 0)), 1000)).toBe((10 * 4000 - 2000) / 2);
});

test('a task that takes longer than ever is expected to end at once', () => {
  expect(remaining(start([plan('a:x', 1000)], 2, begin('a:x', 0)), 9000)).toBe(0);
});

test('tasks without a history take what others of their target took', () => {
  const tasks = [plan('a:build', 4000), plan('b:build', null), plan('c:test', 1000), plan('d:test', 1000)];
  const forecasts = forecastTasks(start(tasks, 2).tasks);
  expect(forecasts.get(taskId('b:build'))?.durationMs).toBe(4000);
});

test('nothing is said where most tasks have no history, and while nothing executes', () => {
  const unknown = [plan('a:x', 1000), plan('b:x', null), plan('c:x', null)];
  expect(remaining(start(unknown, 2, begin('a:x', 0)), 10)).toBe(null);
  expect(remaining(start([plan('a:x', 1000)], 2), 10)).toBe(null);
  expect(remaining(start([plan('a:x', 10)], 2, ...executes('a:x', 0, 5)), 10)).toBe(null);
});

test('a server is nothing to wait for', () => {
  const tasks = [plan('a:serve', null, [], true), plan('b:e2e', 3000, ['a:serve'])];
  expect(remaining(start(tasks, 2, begin('a:serve', 0), begin('b:e2e', 1000)), 2000)).toBe(2000);
});
