import { expect, test } from 'vitest';
import { formatTaskId } from '@larder/core';
import { drawTaskGraph } from './draw-task-graph.ts';

test('a drawing names tasks and their edges, sorted', () => {
  const graph = drawTaskGraph('web:build -> ui:build, api:build\nui:build ~> lint:check');
  expect([...graph.tasks.keys()]).toEqual(['api:build', 'lint:check', 'ui:build', 'web:build']);
  expect(graph.dependencies.get(formatTaskId('web', 'build'))).toEqual([
    { dependency: 'api:build', hashed: true },
    { dependency: 'ui:build', hashed: true },
  ]);
  expect(graph.dependencies.get(formatTaskId('ui', 'build'))).toEqual([{ dependency: 'lint:check', hashed: false }]);
});

test('overrides change single tasks', () => {
  const graph = drawTaskGraph('web:build\nweb:serve', { 'web:serve': { continuous: true } });
  expect([...graph.tasks.values()].map((task) => task.continuous)).toEqual([false, true]);
});
