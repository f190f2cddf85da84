import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawTaskGraph } from '../fixtures/draw-graphs.ts';
import type { TaskId } from '../ids.ts';
import type { TaskGraph } from '../task-graph/task-graph.ts';
import { findCriticalPath } from './critical-path.ts';
import { orderTasks } from './order-tasks.ts';
import { prioritise } from './prioritise.ts';

function durationsOf(durations: Readonly<Record<string, number>>): ReadonlyMap<TaskId, number> {
  return new Map(Object.entries(durations) as [TaskId, number][]);
}

function prioritiesOf(drawing: string, durations: Readonly<Record<string, number>> = {}): Record<string, number> {
  return Object.fromEntries(prioritise(drawTaskGraph(drawing), durationsOf(durations)));
}

function criticalPathOf(drawing: string, durations: Readonly<Record<string, number>> = {}): readonly string[] {
  const taskGraph = drawTaskGraph(drawing);
  return findCriticalPath(taskGraph, prioritise(taskGraph, durationsOf(durations)));
}

const diamond = 'web:b -> ui:b, util:b\nui:b -> base:b\nutil:b -> base:b';

test('without durations the depth of what comes after a task is its priority', () => {
  expect(prioritiesOf(diamond)).toEqual({ 'base:b': 3, 'ui:b': 2, 'util:b': 2, 'web:b': 1 });
});

test('known durations add up along the longest path', () => {
  const durations = { 'base:b': 10, 'ui:b': 5, 'util:b': 20, 'web:b': 1 };
  expect(prioritiesOf(diamond, durations)).toEqual({ 'base:b': 31, 'ui:b': 6, 'util:b': 21, 'web:b': 1 });
});

test('an unknown duration is taken to be the median of the known ones', () => {
  expect(prioritiesOf('a:x\nb:x\nc:x\nd:x', { 'a:x': 1, 'b:x': 7, 'c:x': 100 })['d:x']).toBe(7);
});

test('durations that are no durations count as unknown', () => {
  const durations = { 'a:x': Number.NaN, 'b:x': -5, 'c:x': Number.POSITIVE_INFINITY, 'd:x': 4 };
  expect(prioritiesOf('a:x\nb:x\nc:x\nd:x', durations)).toEqual({ 'a:x': 4, 'b:x': 4, 'c:x': 4, 'd:x': 4 });
});

test('the critical path runs from the first task to the last of the longest chain', () => {
  expect(criticalPathOf(diamond, { 'util:b': 9 })).toEqual(['base:b', 'ui:b', 'web:b']);
  expect(criticalPathOf(diamond, { 'base:b': 1, 'ui:b': 1, 'util:b': 9, 'web:b': 1 })).toEqual([
    'base:b',
    'util:b',
    'web:b',
  ]);
  expect(criticalPathOf('')).toEqual([]);
});

const edges = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 25 });

function draw(pairs: readonly (readonly [number, number])[]): TaskGraph {
  return drawTaskGraph(
    pairs
      .flatMap(([from, to]) => (from === to ? [] : [`p:${Math.max(from, to)} -> p:${Math.min(from, to)}`]))
      .join('\n'),
  );
}

test('in the order of tasks every dependency stands before its dependents, each task once', () => {
  fc.assert(
    fc.property(edges, (pairs) => {
      const taskGraph = draw(pairs);
      const ordered = orderTasks(taskGraph).map((task) => task.id);
      expect(ordered.toSorted()).toEqual([...taskGraph.tasks.keys()]);
      for (const [id, dependencies] of taskGraph.dependencies) {
        for (const { dependency } of dependencies)
          expect(ordered.indexOf(dependency)).toBeLessThan(ordered.indexOf(id));
      }
    }),
  );
});

test('the critical path is a chain of edges as long as the highest priority', () => {
  fc.assert(
    fc.property(edges, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 10, maxLength: 10 }), (pairs, ms) => {
      const taskGraph = draw(pairs);
      const durations = durationsOf(Object.fromEntries(ms.map((duration, index) => [`p:${index}`, duration])));
      const remaining = prioritise(taskGraph, durations);
      const path = findCriticalPath(taskGraph, remaining);
      const total = path.reduce((sum, task) => sum + durations.get(task)!, 0);
      expect(total).toBe(Math.max(0, ...remaining.values()));
      for (const [index, task] of path.slice(1).entries()) {
        expect(taskGraph.dependencies.get(task)!.map((edge) => edge.dependency)).toContain(path[index]);
      }
    }),
  );
});
