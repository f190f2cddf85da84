import { expect, test } from 'vitest';
import { drawTaskGraph } from '../fixtures/draw-graphs.ts';
import type { TaskId } from '../ids.ts';
import { planRetries, type RetryWishes } from './plan-retries.ts';

const graph = drawTaskGraph('a:test\nb:test\nc:serve', {
  'b:test': { definition: { retries: 2 } },
  'c:serve': { continuous: true },
});

function planned(wishes: Partial<RetryWishes>, failures: Readonly<Record<string, number>> = {}): object {
  const failuresInRow = new Map(Object.entries(failures) as [TaskId, number][]);
  return Object.fromEntries(planRetries(graph, { forced: null, configured: 0, failuresInRow, ...wishes }));
}

test('a target says how often its tasks are tried again, else the workspace does, and the person says it for all', () => {
  expect(planned({})).toEqual({ 'b:test': { retries: 2, refusal: null } });
  expect(planned({ configured: 1 })).toMatchObject({ 'a:test': { retries: 1 }, 'b:test': { retries: 2 } });
  expect(planned({ configured: 1, forced: 5 })).toMatchObject({ 'a:test': { retries: 5 }, 'b:test': { retries: 5 } });
  expect(planned({ configured: 1, forced: 0 })).toEqual({});
});

test('a continuous task is never tried again', () => {
  expect(planned({ forced: 3 })).not.toHaveProperty('c:serve');
});

test('a task that keeps failing is not tried again, and why is said', () => {
  expect(planned({ configured: 1 }, { 'a:test': 2, 'b:test': 3 })).toEqual({
    'a:test': { retries: 1, refusal: null },
    'b:test': { retries: 2, refusal: 'its last 3 executions all failed' },
  });
});
