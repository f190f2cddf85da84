import type { Target, Task, TaskGraph, TaskId } from '@larder/core';
import type { TaskExpectation } from '@larder/report';
import { expect, test } from 'vitest';
import type { Session } from '../session/open-session.ts';
import { decideRules, type RulesRequest } from './decide-rules.ts';

const id = 'web:test' as TaskId;

function rulesOf(more: {
  readonly definition?: Partial<Target>;
  readonly run?: Partial<RulesRequest['run']>;
  readonly config?: Partial<Session['config']>;
  readonly expectation?: Partial<TaskExpectation>;
}): ReturnType<typeof decideRules> {
  const task = { id, continuous: false, definition: more.definition ?? {} } as Task;
  const taskGraph: TaskGraph = { tasks: new Map([[id, task]]), dependencies: new Map([[id, []]]) };
  const config = { parallelIsAdaptive: false, retries: 0, resources: {}, ...more.config } as Session['config'];
  const expectation = { durationMs: null, peakMemoryBytes: null, recent: [], ...more.expectation };
  const run = { parallel: null, retries: null, ...more.run };
  return decideRules({ config }, { taskGraph, run, expectations: new Map([[id, expectation]]) });
}

test('the history says when trying again has no use: three failures with nothing between them', () => {
  const refusalAfter = (...recent: TaskExpectation['recent']): string | null | undefined =>
    rulesOf({ run: { retries: 1 }, expectation: { recent } }).retries?.get(id)?.refusal;
  expect(refusalAfter('failed', 'failed', 'failed')).toBe('its last 3 executions all failed');
  expect(refusalAfter('passed', 'failed', 'failed')).toBe(null);
  expect(refusalAfter('failed', 'failed', 'failed', 'retried')).toBe(null);
  expect(refusalAfter()).toBe(null);
});

test('memory is reserved only where the slots follow the machine', () => {
  const reserved = (run: Partial<RulesRequest['run']>, parallelIsAdaptive: boolean): number | undefined =>
    rulesOf({ run, config: { parallelIsAdaptive }, expectation: { peakMemoryBytes: 1 } }).shared?.demands.get(id)
      ?.memoryBytes;
  expect(reserved({ parallel: 'auto' }, false)).toBeGreaterThan(0);
  expect(reserved({}, true)).toBeGreaterThan(0);
  expect(reserved({ parallel: '4' }, true)).toBe(undefined);
  expect(reserved({}, false)).toBe(undefined);
});
