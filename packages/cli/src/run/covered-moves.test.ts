import type { Fileset, TaskId, TaskInputs, WorkspacePath } from '@larder/core';
import { drawTaskGraph } from '@larder/core/fixtures';
import { expect, test } from 'vitest';
import { CoveredMoves } from './covered-moves.ts';
import { FileMoves } from './file-moves.ts';

interface Covered {
  readonly moves: FileMoves;
  readonly hashedAt: Map<TaskId, number>;
  readonly find: (task: string) => unknown;
  readonly distrust: (task: string) => void;
}

/** Each task's inputs are the files in a folder of its name; `takers` take the outputs of others in place of their hashes. */
function covered(graph: string, takers: readonly string[] = []): Covered {
  const outputs = { outputs: ['dist'] };
  const names = new Set(graph.split(/[\s>-]+/).filter((name) => name !== ''));
  const taskGraph = drawTaskGraph(graph, Object.fromEntries([...names].map((name) => [name, outputs])));
  const moves = new FileMoves();
  const hashedAt = new Map([...taskGraph.tasks.keys()].map((task) => [task, 0]));
  const inputs = new Map([...taskGraph.tasks.keys()].map((task) => [task, inputsOf(task, takers.includes(task))]));
  const options = { taskGraph, moves, hashedAt, inputsOf: (task: TaskId) => inputs.get(task)! };
  const all = new CoveredMoves(options);
  return {
    moves,
    hashedAt,
    find: (task) => all.find(task as TaskId),
    distrust: (task) => all.distrust(task as TaskId),
  };
}

function inputsOf(task: TaskId, takesOutputs: boolean): TaskInputs {
  const folder = task.replace(':', '-');
  const fileset: Fileset = {
    source: 'workspace',
    project: null,
    include: [`${folder}/**/*`],
    exclude: [],
    label: folder,
    bases: [folder as WorkspacePath],
    matches: (path) => path.startsWith(`${folder}/`),
  };
  return {
    filesets: [fileset],
    json: [],
    groups: [],
    env: [],
    runtime: [],
    plugin: [],
    platform: null,
    workingDirectory: null,
    externals: { kind: 'all' },
    dependentOutputs: takesOutputs ? [{ pattern: 'dist/**', transitive: false }] : [],
  };
}

function note(moves: FileMoves, path: string): void {
  moves.note([path as WorkspacePath], []);
}

const chain = 'app:build -> ui:build\nui:build -> core:build';

test('a move among the inputs of a dependency counts for all whose hashes are made of its hash', () => {
  const { moves, find } = covered(chain);
  note(moves, 'core-build/a.ts');
  const moved = { task: 'core:build', paths: ['core-build/a.ts'] };
  expect([find('app:build'), find('ui:build'), find('core:build')]).toEqual([moved, moved, null]);
});

test('what moved before the dependency was hashed is in its hash', () => {
  const { moves, hashedAt, find } = covered(chain);
  note(moves, 'core-build/a.ts');
  hashedAt.set('core:build' as TaskId, moves.now);
  expect(find('app:build')).toBe(null);
  note(moves, 'core-build/b.ts');
  expect(find('app:build')).toEqual({ task: 'core:build', paths: ['core-build/b.ts'] });
});

test('what was found once is found again, and a task that was hashed anew begins anew', () => {
  const { moves, hashedAt, find } = covered(chain);
  note(moves, 'core-build/a.ts');
  find('app:build');
  note(moves, 'core-build/b.ts');
  expect(find('app:build')).toMatchObject({ paths: ['core-build/a.ts', 'core-build/b.ts'] });
  hashedAt.set('core:build' as TaskId, moves.now);
  expect(find('app:build')).toBe(null);
});

test('who takes the outputs of a dependency has hashed what it was built on', () => {
  const { moves, find } = covered(chain, ['app:build']);
  note(moves, 'core-build/a.ts');
  expect(find('app:build')).toBe(null);
  expect(find('ui:build')).not.toBe(null);
});

test('what a task has produced that is not to be trusted counts for all that are made of its hash, not for itself', () => {
  const { distrust, find } = covered(chain);
  distrust('ui:build');
  expect([find('app:build'), find('ui:build')]).toEqual([{ task: 'ui:build', paths: [] }, null]);
});
