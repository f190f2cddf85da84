import { expect, test } from 'vitest';
import { findProcessTree, parseProcessStat } from './process-table.ts';
import type { ProcessFacts } from './process-table.ts';

const facts = (pid: number, parent: number, other: Partial<ProcessFacts> = {}): ProcessFacts => ({
  pid,
  parent,
  group: 1,
  session: 1,
  startedAtTicks: '1',
  zombie: false,
  cpuTicks: 0,
  residentPages: 0,
  ...other,
});
const treeOf = (table: readonly ProcessFacts[], known: readonly ProcessFacts[] = []): readonly number[] =>
  findProcessTree(table, { leader: 10, known })
    .map(({ pid }) => pid)
    .toSorted((a, b) => a - b);

test('a program name with spaces and brackets does not shift the fields', () => {
  const rest = '7 8 9 0 -1 4194304 1 0 0 0 1 2 3 4 20 0 1 0 12345 100 42';
  expect(parseProcessStat(`42 (a) S b) R ${rest}`)).toEqual({
    pid: 42,
    parent: 7,
    group: 8,
    session: 9,
    startedAtTicks: '12345',
    zombie: false,
    cpuTicks: 10,
    residentPages: 42,
  });
});

test('text of another format is no process', () => {
  expect(parseProcessStat('')).toBeNull();
  expect(parseProcessStat('42 (short) R 1')).toBeNull();
});

test('the tree holds the group, the session, and whatever descends from either', () => {
  const table = [
    facts(10, 1, { group: 10, session: 10 }),
    facts(11, 1, { group: 10, session: 10 }),
    facts(12, 1, { group: 12, session: 10 }),
    facts(13, 11, { group: 13, session: 13 }),
    facts(14, 13, { group: 13, session: 13 }),
    facts(99, 1, { group: 99, session: 99 }),
  ];
  expect(treeOf(table)).toEqual([10, 11, 12, 13, 14]);
});

test('a zombie is no longer there', () => {
  expect(treeOf([facts(10, 1, { group: 10, session: 10, zombie: true })])).toEqual([]);
});

test('a process known from before counts only while it is the same one', () => {
  const known = [facts(20, 10, { startedAtTicks: '5' }), facts(21, 10, { startedAtTicks: '5' })];
  const table = [facts(20, 1, { startedAtTicks: '5' }), facts(21, 1, { startedAtTicks: '6' })];
  expect(treeOf(table, known)).toEqual([20]);
});
