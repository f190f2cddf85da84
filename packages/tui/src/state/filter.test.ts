import { expect, test } from 'vitest';
import { sampleRun, viewOf } from '../testing/sample-run.ts';
import { filterTasks, isFiltering, nextState, noFilter, type TaskFilter } from './filter.ts';

const view = viewOf(sampleRun());

function idsOf(filter: Partial<TaskFilter>): readonly string[] {
  const { failed, active, waiting, done } = filterTasks(view, { ...noFilter, ...filter }).groups;
  return [...failed, ...active, ...waiting, ...done];
}

test('without a filter nothing is copied', () => {
  expect(filterTasks(view, noFilter)).toBe(view);
  expect(isFiltering({ text: '  ', state: 'all' })).toBe(false);
});

test('words are parts of the id, and all have to be met', () => {
  expect(idsOf({ text: 'web' })).toEqual(['web:build', 'web:test']);
  expect(idsOf({ text: 'WEB test' })).toEqual(['web:test']);
  expect(idsOf({ text: 'web nothing' })).toEqual([]);
});

test('project, target and state can be named, and anything negated', () => {
  expect(idsOf({ text: 'target:test' })).toEqual(['web:test']);
  expect(idsOf({ text: 'project:web !target:test' })).toEqual(['web:build']);
  expect(idsOf({ text: 'state:failed' })).toEqual(['api:build']);
  expect(idsOf({ text: 'state:remote' })).toEqual(['docs:build']);
  expect(idsOf({ text: '!state:done !web' })).toEqual(['ui:build']);
  expect(idsOf({ text: '!' })).toEqual([]);
});

test('a state alone leaves its group, and the key for it goes round', () => {
  expect(idsOf({ state: 'failed' })).toEqual(['api:build']);
  expect(idsOf({ state: 'running' })).toEqual(['ui:build']);
  expect(idsOf({ state: 'waiting', text: 'test' })).toEqual(['web:test']);
  expect(idsOf({ state: 'done' })).toEqual(['core:build', 'docs:build']);
  const states = ['all'] as TaskFilter['state'][];
  for (let index = 0; index < 5; index += 1) states.push(nextState(states.at(-1) ?? 'all'));
  expect(states).toEqual(['all', 'failed', 'running', 'waiting', 'done', 'all']);
});
