import { findStrongComponents } from './strong-components.ts';
import type { NumberedGraph } from './strong-components.ts';

/**
 * A shortest cycle through the least node of each group of nodes that lead to each other, as a path
 * `[0, 1, 0]`, ordered by that node; empty where there is none. An edge from a node to itself is no cycle.
 */
export function findCycles(graph: NumberedGraph): readonly (readonly number[])[] {
  return findStrongComponents(graph)
    .filter((component) => component.length > 1)
    .map((component) => findPathBack(component, graph))
    .sort(([a = 0], [b = 0]) => a - b);
}

/** Breadth first, so that the first way back is a shortest one. */
function findPathBack(component: readonly number[], { edgesOf }: NumberedGraph): readonly number[] {
  const members = new Set(component);
  const start = component.reduce((least, node) => Math.min(least, node));
  const cameFrom = new Map<number, number>();
  const reached = [start];
  for (const node of reached) {
    for (const next of edgesOf(node).toSorted((a, b) => a - b)) {
      if (next === start && node !== start) return tracePath(start, node, cameFrom);
      if (!members.has(next) || cameFrom.has(next) || next === start) continue;
      cameFrom.set(next, node);
      reached.push(next);
    }
  }
  return [];
}

function tracePath(start: number, last: number, cameFrom: ReadonlyMap<number, number>): readonly number[] {
  const path = [start];
  for (let node: number | undefined = last; node !== undefined && node !== start; node = cameFrom.get(node)) {
    path.push(node);
  }
  return [...path, start].reverse();
}
