import { createPaint } from '../text/paint.ts';
import type { NamedGraph } from './graph.ts';

interface Branch {
  readonly name: string;
  readonly prefix: string;
  /** Null for a root. */
  readonly isLast: boolean | null;
}

/**
 * A graph as a tree: what nobody depends on comes first, dependencies below it. What was already
 * drawn with its dependencies stands as `(above)` the next time, so that the size is that of the
 * graph. Works without recursion, for graphs of any depth; on a cycle it draws each node once.
 */
export function renderTree(graph: NamedGraph, options: { readonly color: boolean }): string {
  const paint = createPaint(options.color);
  const drawn = new Set<string>();
  const lines: string[] = [];
  const stack: Branch[] = findRoots(graph).map((name) => ({ name, prefix: '', isLast: null }));
  stack.reverse();
  for (let branch = stack.pop(); branch !== undefined; branch = stack.pop()) {
    const dependencies = graph.get(branch.name) ?? [];
    const repeated = drawn.has(branch.name) && dependencies.length > 0;
    drawn.add(branch.name);
    lines.push(renderBranch(branch) + (repeated ? paint('dim', ' (above)') : ''));
    if (!repeated) stack.push(...openBranches(branch, dependencies));
  }
  return lines.map((line) => `${line}\n`).join('');
}

function findRoots(graph: NamedGraph): readonly string[] {
  const dependencies = new Set([...graph.values()].flat());
  const roots = [...graph.keys()].filter((name) => !dependencies.has(name));
  return roots.length > 0 ? roots : [...graph.keys()];
}

function renderBranch({ name, prefix, isLast }: Branch): string {
  if (isLast === null) return name;
  return `${prefix}${isLast ? '└─ ' : '├─ '}${name}`;
}

/** In the order in which a stack gives them back. */
function openBranches(parent: Branch, dependencies: readonly string[]): readonly Branch[] {
  const prefix = parent.isLast === null ? '' : parent.prefix + (parent.isLast ? '   ' : '│  ');
  return dependencies.map((name, index) => ({ name, prefix, isLast: index === dependencies.length - 1 })).toReversed();
}
