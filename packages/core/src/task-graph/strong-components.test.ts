import { expect, test } from 'vitest';
import { findCycles } from './find-cycle.ts';
import { findStrongComponents } from './strong-components.ts';

type Drawing = Readonly<Record<string, string>>;

/** Nodes are letters, numbered by the order in which they are drawn. */
function number(drawing: Drawing) {
  const letters = Object.keys(drawing);
  const edges = letters.map((letter) => [...(drawing[letter] ?? '')].map((next) => letters.indexOf(next)));
  const show = (nodes: readonly number[]) => nodes.map((node) => letters[node]).join('');
  return { graph: { size: letters.length, edgesOf: (node: number) => edges[node] ?? [] }, show };
}

const groups = (drawing: Drawing) => {
  const { graph, show } = number(drawing);
  return findStrongComponents(graph).map((group) => show(group.toSorted()));
};
const cycles = (drawing: Drawing) => {
  const { graph, show } = number(drawing);
  return findCycles(graph).map(show);
};

test('a group comes after those that it leads to', () => {
  expect(groups({ a: 'bc', b: 'd', c: 'd', d: '' })).toEqual(['d', 'b', 'c', 'a']);
  expect(groups({ a: 'b', b: 'c', c: 'bd', d: 'e', e: 'd' })).toEqual(['de', 'bc', 'a']);
});

test.each<[string, Drawing, string[]]>([
  ['nothing', {}, []],
  ['a diamond', { a: 'bc', b: 'd', c: 'd', d: '' }, []],
  ['a node that leads to itself', { a: 'a' }, []],
  ['two nodes', { a: 'b', b: 'a' }, ['aba']],
  ['a tail that leads into it', { z: 'a', a: 'b', b: 'c', c: 'a' }, ['abca']],
  ['the shortest of two', { a: 'bc', b: 'c', c: 'a' }, ['aca']],
  ['one for each group, in order', { x: 'y', y: 'xa', a: 'b', b: 'a' }, ['xyx', 'aba']],
])('cycles of %s', (_, drawing, found) => {
  expect(cycles(drawing)).toEqual(found);
});

test('a chain of a hundred thousand nodes needs no stack', () => {
  const size = 100_000;
  const [cycle, ...others] = findCycles({ size, edgesOf: (node) => [(node + 1) % size] });
  expect(cycle).toHaveLength(size + 1);
  expect(others).toEqual([]);
});
