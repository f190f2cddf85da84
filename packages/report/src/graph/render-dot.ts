import type { NamedGraph } from './graph.ts';

/** A graph in Graphviz's language, edges from dependent to dependency. Identifiers are quoted as its grammar says. */
export function renderDot(graph: NamedGraph, name: string): string {
  const lines = [...graph].flatMap(([from, dependencies]) => [
    `  ${quote(from)};`,
    ...dependencies.map((to) => `  ${quote(from)} -> ${quote(to)};`),
  ]);
  return [`digraph ${quote(name)} {`, '  rankdir=LR;', '  node [shape=box];', ...lines, '}', ''].join('\n');
}

function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
