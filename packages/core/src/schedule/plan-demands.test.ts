import { expect, test } from 'vitest';
import { drawTaskGraph, type TaskOverrides } from '../fixtures/draw-graphs.ts';
import type { TaskId } from '../ids.ts';
import type { Target } from '../project-graph/project.ts';
import { planDemands } from './plan-demands.ts';

function planOf(definition: Partial<Target>, more: { peak?: number; overrides?: TaskOverrides } = {}) {
  const { peak, overrides = {} } = more;
  const graph = drawTaskGraph('web:test', { 'web:test': { ...overrides, definition } });
  const peaks = new Map(peak === undefined ? [] : [['web:test' as TaskId, peak]]);
  const [{ demands, resources }, problems] = planDemands(graph, { resources: { gpu: 2 }, peaks });
  const demand = demands.get('web:test' as TaskId);
  return {
    demand: demand && { ...demand, resources: Object.fromEntries(demand.resources) },
    resources: Object.fromEntries(resources),
    problems: problems.map(
      (problem) => problem.code === 'invalid-value' && `${problem.path} ${problem.found}: ${problem.allowed}`,
    ),
  };
}

test('a task that takes one slot and nothing else needs no plan', () => {
  expect(planOf({}).demand).toBe(undefined);
  expect(planOf({ weight: 3 }).demand).toEqual({ weight: 3, memoryBytes: 0, resources: {} });
});

test('a mutex is there once, beside a resource of the same name', () => {
  const { demand, resources } = planOf({ mutex: ['gpu'], resources: { gpu: 2 } });
  expect(demand?.resources).toEqual({ 'mutex gpu': 1, 'resource gpu': 2 });
  expect(resources).toEqual({ 'mutex gpu': 1, 'resource gpu': 2 });
});

test('what a task has held is reserved in steps, rounded up', () => {
  const megabyte = 1024 * 1024;
  expect(planOf({}, { peak: 1 }).demand?.memoryBytes).toBe(32 * megabyte);
  expect(planOf({}, { peak: 33 * megabyte }).demand?.memoryBytes).toBe(64 * megabyte);
});

test('a continuous task takes nothing, since those that need it could then get none', () => {
  const definition = { mutex: ['port'], weight: 2 };
  expect(planOf(definition, { peak: 5, overrides: { continuous: true } }).demand).toBe(undefined);
});

test('a resource that the workspace lacks, or has less of, is a problem', () => {
  expect(planOf({ resources: { gpu: 3 } }).problems).toEqual([
    'targets.test.resources.gpu 3: at most 2: the workspace\'s "resources" have no more of "gpu"',
  ]);
  expect(planOf({ resources: { gpus: 1 } }).problems).toEqual([
    'targets.test.resources.gpus 1: a name of the workspace\'s "resources", which do not have "gpus"; did you mean "gpu"?',
  ]);
});
