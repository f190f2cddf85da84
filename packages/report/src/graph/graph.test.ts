import { expect, test } from 'vitest';
import type { NamedGraph } from './graph.ts';
import { renderDot } from './render-dot.ts';
import { renderTree } from './render-tree.ts';

function graph(edges: Readonly<Record<string, readonly string[]>>): NamedGraph {
  return new Map(Object.entries(edges));
}

test('a tree draws what nobody depends on first, and repeats nothing', () => {
  const tasks = graph({
    'core:build': ['gen:build'],
    'gen:build': [],
    'ui:build': ['core:build'],
    'web:build': ['core:build', 'ui:build'],
    'web:test': ['web:build'],
  });
  expect(renderTree(tasks, { color: false })).toMatchInlineSnapshot(`
    "web:test
    └─ web:build
       ├─ core:build
       │  └─ gen:build
       └─ ui:build
          └─ core:build (above)
    "
  `);
});

test('a diamond of 60 levels is drawn in lines that grow with the edges, not with the paths', () => {
  const levels = Array.from({ length: 60 }, (_, level): [string, string[]] => [
    `n${level}`,
    level === 59 ? [] : [`a${level}`, `b${level}`],
  ]);
  const sides = Array.from({ length: 59 }, (_, level): [string, string[]][] => [
    [`a${level}`, [`n${level + 1}`]],
    [`b${level}`, [`n${level + 1}`]],
  ]).flat();
  const lines = renderTree(new Map([...levels, ...sides]), { color: false }).split('\n');
  expect(lines.length).toBeLessThan(300);
});

test('a chain of 2,000 tasks does not overflow the stack', () => {
  const chain = Array.from({ length: 2000 }, (_, index): [string, string[]] => [
    `n${index}`,
    index === 1999 ? [] : [`n${index + 1}`],
  ]);
  expect(renderTree(new Map(chain), { color: false }).split('\n').length).toBe(2001);
});

test('a graph that is one cycle is still drawn once', () => {
  expect(renderTree(graph({ a: ['b'], b: ['a'] }), { color: false }).split('\n').length).toBeLessThan(6);
});

test('names in the dot language are quoted', () => {
  expect(renderDot(graph({ 'a "x"\\': ['b'], b: [] }), 'tasks')).toMatchInlineSnapshot(`
    "digraph "tasks" {
      rankdir=LR;
      node [shape=box];
      "a \\"x\\"\\\\";
      "a \\"x\\"\\\\" -> "b";
      "b";
    }
    "
  `);
});
