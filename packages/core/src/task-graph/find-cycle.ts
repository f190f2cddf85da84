import { compareCodeUnits } from '../ids.ts';
import { findStrongComponents } from './strong-components.ts';

/**
 * A shortest cycle through the least name of each group of nodes that wait for each other, as a path
 * `[a, b, a]`; empty where there is none. Linear. An edge from a node to itself is no cycle.
 */
export function findCycles<Node extends string>(
  nodes: Iterable<Node>,
  edgesOf: (node: Node) => Iterable<Node>,
): readonly (readonly Node[])[] {
  return findStrongComponents(nodes, edgesOf)
    .filter((component) => component.length > 1)
    .map((component) => findPathBack(new Set(component), edgesOf))
    .sort(([a = ''], [b = '']) => compareCodeUnits(a, b));
}

function findPathBack<Node extends string>(
  component: ReadonlySet<Node>,
  edgesOf: (node: Node) => Iterable<Node>,
): readonly Node[] {
  const [start] = [...component].sort(compareCodeUnits);
  if (start === undefined) return [];
  const cameFrom = new Map<Node, Node>();
  const reached = [start];
  for (const node of reached) {
    for (const next of [...edgesOf(node)].sort(compareCodeUnits)) {
      if (next === start && node !== start) return tracePath(start, node, cameFrom);
      if (!component.has(next) || cameFrom.has(next) || next === start) continue;
      cameFrom.set(next, node);
      reached.push(next);
    }
  }
  return [];
}

function tracePath<Node>(start: Node, last: Node, cameFrom: ReadonlyMap<Node, Node>): readonly Node[] {
  const path = [start];
  for (let node: Node | undefined = last; node !== undefined && node !== start; node = cameFrom.get(node))
    path.push(node);
  return [...path, start].reverse();
}
