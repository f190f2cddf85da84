import { expect, test } from 'vitest';
import { drawProjectGraph, drawTaskGraph, type TaskOverrides } from '../fixtures/draw-graphs.ts';
import { inputsOf } from '../fixtures/hash-world.ts';
import { asWorkspacePath, type TaskId } from '../ids.ts';
import type { InputDefinition } from '../project-graph/project.ts';
import { indexUntouched } from './find-untouched.ts';
import { indexOutputs } from './index-outputs.ts';

const projects = 'web -> ui\nui -> util\nadmin -> util\nlone';
const tasks = 'web:build -> ui:build\nui:build -> util:build\nadmin:build -> util:build\nlone:build';
const names = ['admin', 'lone', 'ui', 'util', 'web'];

/** Their outputs lie outside of their projects. */
const allElsewhere = Object.fromEntries(names.map((name) => [`${name}:build`, { outputs: [`out/${name}`] }]));

function untouched(
  paths: readonly string[],
  {
    of = {},
    commonInputs = [],
    known = [],
  }: {
    of?: Record<string, TaskOverrides>;
    commonInputs?: readonly InputDefinition[];
    known?: readonly string[];
  } = {},
): readonly string[] {
  const outputs = (name: string): TaskOverrides => ({ outputs: [`packages/${name}/dist`, `!packages/ui/src`] });
  const overrides = Object.fromEntries(
    names.map((name) => [`${name}:build`, { ...outputs(name), ...of[`${name}:build`] }]),
  );
  const taskGraph = drawTaskGraph(tasks, overrides);
  const graph = drawProjectGraph(
    projects,
    Object.fromEntries(names.map((name) => [name, { root: asWorkspacePath(`packages/${name}`) }])),
  );
  const find = indexUntouched({ graph, taskGraph, outputs: indexOutputs(taskGraph), commonInputs });
  return [...find(paths.map(asWorkspacePath), known as readonly TaskId[])].sort();
}

test('a source concerns its project, what depends on it, and what these build on', () => {
  expect(untouched(['packages/ui/src/a.ts'])).toEqual(['admin:build', 'lone:build']);
  expect(untouched(['packages/web/src/a.ts'])).toEqual(['admin:build', 'lone:build']);
  expect(untouched(['packages/admin/src/a.ts'])).toEqual(['lone:build', 'ui:build', 'web:build']);
  expect(untouched(['packages/util/src/a.ts'])).toEqual(['lone:build']);
  expect(untouched(['packages/lone/a', 'packages/web/a'])).toEqual(['admin:build']);
});

test('a task that is touched whatever changed concerns what depends on it, and what these build on', () => {
  expect(untouched([], { known: [] })).toHaveLength(5);
  expect(untouched([], { known: ['lone:build'] })).toEqual(['admin:build', 'ui:build', 'util:build', 'web:build']);
  expect(untouched([], { known: ['ui:build'] })).toEqual(['admin:build', 'lone:build']);
  expect(untouched(['packages/web/src/a.ts'], { known: ['lone:build'] })).toEqual(['admin:build']);
});

test('a folder concerns the projects that lie in it', () => {
  const besides = (path: string): readonly string[] => untouched([path], { of: allElsewhere });
  expect(besides('packages/lone')).toEqual(['admin:build', 'ui:build', 'util:build', 'web:build']);
  expect(besides('packages')).toEqual([]);
  expect(besides('pack')).toHaveLength(5);
});

test('an output concerns the task that makes it, wherever it lies', () => {
  expect(untouched(['packages/web/dist/a.js'])).toEqual(['admin:build', 'lone:build']);
  const of = { 'lone:build': { outputs: ['out/lone/*.js'] } };
  expect(untouched(['out/lone/a.js'], { of })).not.toContain('lone:build');
  expect(untouched(['out'], { of })).not.toContain('lone:build');
  expect(untouched(['out/lonely/a.js'], { of })).toHaveLength(5);
  expect(untouched(['packages/lone'])).not.toContain('lone:build');
});

test('a file that belongs to no project concerns nobody who does not name it', () => {
  expect(untouched(['README.md'])).toHaveLength(5);
  const of = { 'lone:build': { definition: { inputs: inputsOf('{workspaceRoot}/tools/**/*') } } };
  expect(untouched(['tools/a.sh'], { of })).toEqual([]);
  expect(untouched(['tools'], { of })).toEqual([]);
  expect(untouched(['toolbox/a.sh'], { of })).toHaveLength(5);
  expect(untouched(['tsconfig.json'], { commonInputs: inputsOf('{workspaceRoot}/tsconfig.json') })).toEqual([]);
});

test.each<[string, readonly InputDefinition[]]>([
  ['what a command prints', [{ kind: 'runtime', command: 'node -v' }]],
  ['what a plugin reads', [{ kind: 'plugin', inputKind: 'acme', options: {} }]],
  ['ignored files', [{ kind: 'fileset', pattern: '{projectRoot}/x', of: { kind: 'self' }, includeIgnored: true }]],
  ['files of projects by name', [{ kind: 'named', name: 'default', of: { kind: 'projects', projects: ['ui'] } }]],
  ['files beside the project', inputsOf('{projectRoot}/../shared/*')],
  ['the whole workspace', inputsOf('{workspaceRoot}/**/*')],
])('where a task counts %s, no path says what it concerns', (_name, inputs) => {
  expect(untouched(['packages/web/a'], { of: { 'lone:build': { definition: { inputs } } } })).toEqual([]);
});
