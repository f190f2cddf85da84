import { assert, constantFrom, array, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { planned, sampleRun, settles, started, starts, taskId, viewOf } from '../testing/sample-run.ts';
import { cutWindow, findNeighbour, findNextFailure, findShownTask } from './task-order.ts';

const view = viewOf(sampleRun());
const whole = [
  'failed 1',
  'api:build',
  'active 1',
  'ui:build',
  'waiting 2',
  'web:build',
  'web:test',
  'done 2',
  'docs:build',
  'core:build',
];

function rowsOf(window: ReturnType<typeof cutWindow>): readonly string[] {
  return window.rows.map((row) => (row.kind === 'group' ? `${row.group} ${row.count}` : row.id));
}

test('failed tasks come first, then running, waiting and done ones, newest first', () => {
  expect(rowsOf(cutWindow(view, null, 20))).toEqual(whole);
});

test('a window is a part of the whole list that holds the selected task', () => {
  const ids = [...view.tasks.keys()];
  assert(
    property(constantFrom(...ids), integer({ min: 1, max: 12 }), (selected, height) => {
      const window = cutWindow(view, selected, height);
      expect(rowsOf(window)).toEqual(whole.slice(window.above, window.above + height));
      expect(rowsOf(window)).toContain(selected);
      expect(window.above + window.rows.length + window.below).toBe(whole.length);
    }),
  );
});

test('every window of a random run is a part of its whole list', () => {
  const ids = Array.from({ length: 30 }, (_, index) => `p${index}:build`);
  const change = constantFrom('failed', 'executed', 'start', 'none');
  assert(
    property(array(change, { minLength: 30, maxLength: 30 }), integer({ min: 0, max: 29 }), (changes, index) => {
      const events = ids.flatMap((id, each) => {
        const kind = changes[each];
        if (kind === 'start') return [starts(id, 1)];
        return kind === 'failed' || kind === 'executed' ? [settles(id, 2, kind)] : [];
      });
      const random = viewOf([started(ids.map((id) => planned(id))), ...events]);
      const all = rowsOf(cutWindow(random, null, 100));
      const window = cutWindow(random, taskId(ids[index] ?? ''), 7);
      expect(rowsOf(window)).toEqual(all.slice(window.above, window.above + 7));
      expect(rowsOf(window)).toContain(ids[index]);
    }),
  );
});

test('moving goes through the groups and stops at the ends', () => {
  const down = (from: string, by: number): string | null => findNeighbour(view, taskId(from), by);
  expect(down('api:build', 1)).toBe('ui:build');
  expect(down('ui:build', 2)).toBe('web:test');
  expect(down('web:test', 1)).toBe('docs:build');
  expect(down('ui:build', 99)).toBe('core:build');
  expect(down('web:test', -99)).toBe('api:build');
});

test('without a selection the running task is shown, at the end the first that failed', () => {
  expect(findShownTask(view, null)).toBe('ui:build');
  expect(findShownTask(viewOf([...sampleRun(), settles('ui:build', 3, 'executed')]), null)).toBe('api:build');
  expect(findShownTask(viewOf([]), null)).toBe(null);
});

test('the next failure comes after the selected one, around to the first', () => {
  const more = viewOf([...sampleRun(), settles('ui:build', 3, 'failed')]);
  expect(findNextFailure(more, null, 1)).toBe('api:build');
  expect(findNextFailure(more, taskId('api:build'), 1)).toBe('ui:build');
  expect(findNextFailure(more, taskId('ui:build'), 1)).toBe('api:build');
  expect(findNextFailure(more, null, -1)).toBe('ui:build');
  expect(findNextFailure(more, taskId('api:build'), -1)).toBe('ui:build');
  expect(findNextFailure(viewOf([started([])]), null, -1)).toBe(null);
});
