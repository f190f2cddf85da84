import { expect, test } from 'vitest';
import { drawGraph, drawGraphWithProblems, drawContribution, targetOf } from '../fixtures/draw-workspace.ts';
import type { DrawnProject } from '../fixtures/draw-workspace.ts';
import { buildTaskGraph } from './build-task-graph.ts';

/** `*` for tasks that were requested, `~>` for edges that are not hashed. */
function draw(projects: Readonly<Record<string, DrawnProject>>, project: string, target: string): readonly string[] {
  const graph = drawGraph(projects);
  const projectNames = [...graph.projects.keys()].filter((name) => name === project);
  const built = buildTaskGraph(graph, { projects: projectNames, targets: [target], configuration: null, args: [] });
  if (built.kind === 'invalid') throw new Error(JSON.stringify(built.problems));
  return [...built.taskGraph.tasks.values()].map(({ id, requested }) => {
    const edges = built.taskGraph.dependencies.get(id) ?? [];
    return `${requested ? '*' : ''}${id} ->${edges.map((edge) => ` ${edge.hashed ? '' : '~'}${edge.dependency}`).join('')}`;
  });
}

const serve = (...companions: readonly unknown[]) => ({ command: 's', continuous: true, with: companions });

test('a companion runs whenever its task does, and nobody waits for it', () => {
  const projects = {
    web: { targets: { dev: serve({ projects: ['api'], target: 'dev' }) } },
    api: { targets: { dev: serve({ projects: ['web'], target: 'dev' }) } },
  };
  expect(draw(projects, 'web', 'dev')).toEqual(['*api:dev ->', '*web:dev ->']);
});

test('what a companion depends on runs as well', () => {
  const projects = {
    web: { targets: { dev: serve({ projects: ['api'], target: 'dev' }) } },
    api: { targets: { dev: { command: 's', continuous: true, dependsOn: ['gen'] }, gen: { command: 'g' } } },
  };
  expect(draw(projects, 'web', 'dev')).toEqual(['*api:dev -> api:gen', 'api:gen ->', '*web:dev ->']);
});

test('a continuous companion of a task that nobody requested ends with that task', () => {
  const projects = {
    web: {
      targets: { e2e: { command: 'e', dependsOn: ['dev'] }, dev: serve({ projects: ['api'], target: 'dev' }) },
    },
    api: { targets: { dev: serve() } },
  };
  expect(draw(projects, 'web', 'e2e')).toEqual(['api:dev ->', 'web:dev -> ~api:dev', '*web:e2e -> web:dev']);
});

test('the environment and the shown output of a target are read, and wrong ones are told', () => {
  const good = {
    command: 'b',
    taskEnv: { mode: 'strict', passThrough: ['A_*'], basic: false },
    outputLogs: 'new-only',
  };
  expect(targetOf(drawGraph({ web: { targets: { build: good } } }), 'web', 'build')).toMatchObject({
    env: { mode: 'strict', passThrough: ['A_*'], basic: false },
    outputLogs: 'new-only',
  });
  const bad = { command: 'b', taskEnv: { mode: 'tight' }, outputLogs: 'some' };
  const [, problems] = drawGraphWithProblems([drawContribution({ web: { targets: { build: bad } } })]);
  expect(problems).toMatchObject([
    { code: 'invalid-value', path: 'targets.build.taskEnv.mode' },
    { code: 'invalid-value', path: 'targets.build.outputLogs' },
  ]);
});
