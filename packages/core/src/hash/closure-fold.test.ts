import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ClosureFold } from './closure-fold.ts';

type Edges = Readonly<Record<string, readonly string[]>>;

/** Each node's value: all nodes that it reaches, itself included. */
function reachOf(edges: Edges): ClosureFold<string, ReadonlySet<string>> {
  return new ClosureFold({
    edgesOf: (node) => edges[node] ?? [],
    combine: (members, below) => new Set([...members, ...below.flatMap((set) => [...set])]),
  });
}

function walk(edges: Edges, start: string): ReadonlySet<string> {
  const reached = new Set([start]);
  for (const node of reached) for (const next of edges[node] ?? []) reached.add(next);
  return reached;
}

test('a value covers everything that the node reaches, in any graph and any order of asking', () => {
  const node = fc.nat({ max: 9 }).map(String);
  const graph = fc.dictionary(node, fc.array(node, { maxLength: 4 }));
  fc.assert(
    fc.property(graph, fc.array(node), (edges, asked) => {
      const fold = reachOf(edges);
      for (const one of asked) expect(new Set(fold.valueOf(one))).toEqual(walk(edges, one));
    }),
  );
});

test('nodes that reach one another share one value', () => {
  const fold = reachOf({ a: ['b'], b: ['a', 'c'] });
  expect(fold.valueOf('a')).toBe(fold.valueOf('b'));
  expect([...fold.valueOf('c')]).toEqual(['c']);
});

test('each node is combined once, and a chain of twenty thousand is not too deep', () => {
  let combined = 0;
  const fold = new ClosureFold<number, number>({
    edgesOf: (node) => (node === 20_000 ? [] : [node + 1]),
    combine: (_, below) => {
      combined++;
      return 1 + (below[0] ?? 0);
    },
  });
  expect(fold.valueOf(0)).toBe(20_001);
  expect(fold.valueOf(10_000)).toBe(10_001);
  expect(combined).toBe(20_001);
});
