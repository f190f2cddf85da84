import { expect, test } from 'vitest';
import { chooseEditedProjects, findAffectedTasks } from './choose-edited-projects.ts';
import { planWorkspace } from './plan-workspace.ts';

const size = { projects: 40, files: 12 };

test('the same size gives the same bytes, and another size others', () => {
  expect(planWorkspace(size)).toEqual(planWorkspace(size));
  expect(planWorkspace(size).projects[7]?.sources).not.toEqual(
    planWorkspace({ ...size, files: 13 }).projects[7]?.sources,
  );
});

test('a workspace has as many projects and files as asked for, and no two files are alike', () => {
  const { projects } = planWorkspace(size);
  const texts = projects.flatMap(({ sources }) => sources.map(({ text }) => text));
  expect(projects).toHaveLength(40);
  expect(texts).toHaveLength(480);
  expect(new Set(texts).size).toBe(480);
});

test('every project but the first depends on projects of the layer below alone', () => {
  const { projects } = planWorkspace(size);
  const layers = new Map(projects.map(({ name, layer }) => [name, layer]));
  expect(projects[0]?.dependencies).toEqual([]);
  for (const { layer, dependencies } of projects.slice(1)) {
    expect(dependencies.length).toBeGreaterThan(0);
    expect(dependencies.map((name) => layers.get(name))).toEqual(dependencies.map(() => layer - 1));
  }
});

test('an edit of the root affects every task, one of a leaf the leaf and what it needs', () => {
  const plan = planWorkspace(size);
  const { root, leaf } = chooseEditedProjects(plan);
  expect(findAffectedTasks(plan, root.name).size).toBe(40);
  const affected = findAffectedTasks(plan, leaf.name);
  expect([...affected]).toEqual(expect.arrayContaining([leaf.name, ...leaf.dependencies, root.name]));
  expect(plan.projects.some(({ dependencies }) => dependencies.includes(leaf.name))).toBe(false);
});

test('the project in the middle affects about a quarter of the tasks of a large workspace', () => {
  const plan = planWorkspace({ projects: 200, files: 1 });
  const { middle } = chooseEditedProjects(plan);
  expect(findAffectedTasks(plan, middle.name).size).toBeGreaterThan(30);
  expect(findAffectedTasks(plan, middle.name).size).toBeLessThan(70);
});
