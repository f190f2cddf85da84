import { expect, test } from 'vitest';
import type { Problem } from '../problem.ts';
import { drawContribution, drawGraphWithProblems, targetOf } from '../fixtures/draw-workspace.ts';

const run = { executor: 'nx:run-commands' };

function targetWith(keys: object): object {
  const [graph, problems] = drawGraphWithProblems([
    drawContribution({ web: { targets: { test: { ...run, ...keys } } } }),
  ]);
  expect(problems).toEqual([]);
  const { retries, weight, mutex, resources } = targetOf(graph, 'web', 'test')!;
  return { retries, weight, mutex, resources };
}

function problemsWith(keys: object): readonly string[] {
  const [, problems] = drawGraphWithProblems([drawContribution({ web: { targets: { test: { ...run, ...keys } } } })]);
  return problems.map((problem: Problem) =>
    problem.code === 'invalid-value' ? `${problem.path}: ${problem.found}, allowed ${problem.allowed}` : problem.code,
  );
}

test('a target says how often it is tried again, and what it takes of the machine', () => {
  const keys = { retries: 2, weight: 3, mutex: 'database', resources: { gpu: 1 } };
  expect(targetWith(keys)).toEqual({ ...keys, mutex: ['database'] });
  expect(targetWith({ mutex: ['a', 'b', 'a'] })).toMatchObject({ mutex: ['a', 'b'] });
  expect(targetWith({ retries: 0, mutex: [], resources: {} })).toEqual({ retries: 0 });
});

test('a target says that it asks', () => {
  const [graph] = drawGraphWithProblems([
    drawContribution({ web: { targets: { a: { ...run, interactive: true }, b: { ...run, interactive: false } } } }),
  ]);
  expect(targetOf(graph, 'web', 'a')?.interactive).toBe(true);
  expect(targetOf(graph, 'web', 'b')).not.toHaveProperty('interactive');
  expect(problemsWith({ interactive: 'yes' })).toEqual(['targets.test.interactive: "yes", allowed true or false']);
});

test('what is out of bounds is refused, each with what is allowed', () => {
  expect(problemsWith({ retries: 11, weight: 0, mutex: 'no spaces', resources: { gpu: 1.5 } })).toEqual([
    'targets.test.retries: 11, allowed a whole number from 0 to 10',
    'targets.test.weight: 0, allowed a whole number from 1 to 1000',
    'targets.test.mutex: "no spaces", allowed a name such as "database", or an array of names',
    'targets.test.resources.gpu: 1.5, allowed a whole number from 1 to 1000000',
  ]);
  expect(problemsWith({ resources: 'gpu' })).toEqual([
    'targets.test.resources: "gpu", allowed an object: name of a resource -> how much of it',
  ]);
});
