import type { Project, TaskId } from '@larder/core';
import { createTask, drawProjectGraph } from '@larder/core/fixtures';
import { expect, test } from 'vitest';
import { buildBatchGraph } from './build-batch-graph.ts';
import type { NxTaskGraph } from './nx-batch.ts';

const drawTargets = (): Pick<Project, 'targets'> => ({
  targets: new Map(['build', 'prepare'].map((name) => [name, createTask(`any:${name}`).definition])),
});
const graph = drawProjectGraph('web -> ui', { web: drawTargets(), ui: drawTargets() });

/** Nx's graph of lines such as `web:build -> ui:build`. */
function draw(lines: readonly string[], more: Partial<NxTaskGraph> = {}): NxTaskGraph {
  const edges = lines.map((line) => line.split(' -> '));
  const ids = edges.map(([id = '']) => id);
  return {
    tasks: Object.fromEntries(
      ids.map((id) => {
        const [project = '', name = '', configuration] = id.split(':');
        return [id, { id, target: { project, target: name, ...(configuration !== undefined && { configuration }) } }];
      }),
    ),
    dependencies: Object.fromEntries(edges.map(([id = '', to]) => [id, to === undefined ? [] : to.split(' ')])),
    ...more,
  };
}

function built(whole: NxTaskGraph, batch: readonly string[]) {
  const found = buildBatchGraph(graph, whole, new Set(batch));
  if (found.kind === 'invalid') throw new Error(JSON.stringify(found.problems));
  const edgesOf = (id: string) => found.known.dependencies.get(id as TaskId)?.map(({ dependency }) => dependency);
  return { ...found, edgesOf };
}

test('the batch runs, and what it depends on is known', () => {
  const whole = draw(['web:build -> ui:build', 'ui:build -> ui:prepare', 'ui:prepare']);
  const { batch, known } = built(whole, ['web:build', 'ui:build']);
  expect([...batch.tasks.keys()]).toEqual(['ui:build', 'web:build']);
  expect([...known.tasks.keys()]).toEqual(['ui:build', 'ui:prepare', 'web:build']);
  expect(batch.dependencies.get('ui:build' as TaskId)).toEqual([]);
});

test('who waits for whom is what Nx says, in either shape, also where the targets say nothing of it', () => {
  const lines = draw(['web:build -> ui:prepare', 'ui:prepare']);
  expect(built(lines, ['web:build']).edgesOf('web:build')).toEqual(['ui:prepare']);
  const objects = { ...lines, dependencies: { 'web:build': [{ id: 'ui:prepare' }], 'ui:prepare': [] } };
  expect(built(objects, ['web:build']).edgesOf('web:build')).toEqual(['ui:prepare']);
});

test('a continuous dependency is one, and counts once', () => {
  const lines = draw(['web:build -> ui:build', 'ui:build', 'ui:prepare']);
  const whole = { ...lines, continuousDependencies: { 'web:build': ['ui:prepare', 'ui:build'] } };
  expect(built(whole, ['web:build']).edgesOf('web:build')).toEqual(['ui:build', 'ui:prepare']);
});

test('the words after -- belong to the tasks that Nx gave them', () => {
  const whole = draw(['web:build -> ui:build', 'ui:build']);
  const task = { ...whole.tasks['web:build']!, overrides: { __overrides_unparsed__: ['--loud'] } };
  const { batch } = built({ ...whole, tasks: { ...whole.tasks, 'web:build': task } }, ['web:build', 'ui:build']);
  expect([...batch.tasks.values()].map(({ args }) => args)).toEqual([[], ['--loud']]);
});

test('a task that the project graph does not know is a problem', () => {
  const missing = draw(['web:deploy']);
  expect(buildBatchGraph(graph, missing, new Set(['web:deploy'])).kind).toBe('invalid');
});
