import { expect, test } from 'vitest';
import { drawGraph } from '../fixtures/draw-workspace.ts';
import { resolveInputs } from '../hash/resolve-inputs.ts';
import { asWorkspacePath } from '../ids.ts';
import { buildTaskGraph } from '../task-graph/build-task-graph.ts';
import { findChangedProjects } from './find-changed-projects.ts';

const build = { command: 'b', dependsOn: ['^build'], inputs: ['{projectRoot}/**/*'] };
const graph = drawGraph({
  core: { targets: { build } },
  web: {
    deps: 'core',
    targets: { build: { ...build, inputs: ['{projectRoot}/**/*', '{workspaceRoot}/tsconfig.json'] } },
  },
});

function changedBy(...paths: readonly string[]): readonly string[] {
  const changes = paths.map((path) => ({ path: asWorkspacePath(path), kind: 'modified' as const }));
  const found = findChangedProjects(graph, changes, () => {
    const built = buildTaskGraph(graph, {
      projects: [...graph.projects.keys()],
      targets: ['build'],
      configuration: null,
      args: [],
    });
    if (built.kind !== 'built') throw new Error('the drawn graph has problems');
    const { inputs } = resolveInputs(built.taskGraph.tasks.values(), {
      graph,
      namedInputs: {},
      commonInputs: [],
      holdsTracked: () => true,
    });
    return { taskGraph: built.taskGraph, inputsOf: (task) => inputs.get(task)! };
  });
  return [...found].sort();
}

test('a file changes the project that it lies in, and no dependent', () => {
  expect(changedBy('packages/core/src/a.ts')).toEqual(['core']);
});

test('a file outside all projects changes those whose tasks count it', () => {
  expect(changedBy('tsconfig.json')).toEqual(['web']);
  expect(changedBy('README.md')).toEqual([]);
});

test('a configuration of the whole workspace changes every project', () => {
  expect(changedBy('turbo.json')).toEqual(['core', 'web']);
});
