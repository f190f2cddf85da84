import { expect, test } from 'vitest';
import { drawGraph } from '../fixtures/draw-workspace.ts';
import type { DrawnProject } from '../fixtures/draw-workspace.ts';
import { buildTaskGraph } from './build-task-graph.ts';

const layers = 20;
const width = 100;
const fanOut = 10;

/** Layer after layer of projects, each of which depends on ten of the layer below. */
function drawLayers(targetsOf: (layer: number) => DrawnProject['targets']) {
  const projects: Record<string, DrawnProject> = {};
  for (let layer = 0; layer < layers; layer++) {
    for (let column = 0; column < width; column++) {
      const below = Array.from({ length: fanOut }, (_, step) => `p${layer - 1}-${(column + step) % width}`);
      projects[`p${layer}-${column}`] = { deps: layer === 0 ? '' : below.join(' '), targets: targetsOf(layer) ?? {} };
    }
  }
  return drawGraph(projects);
}

function count(graph: ReturnType<typeof drawLayers>, targets: readonly string[]) {
  const result = buildTaskGraph(graph, {
    projects: [...graph.projects.keys()],
    targets,
    configuration: null,
    args: [],
  });
  if (result.kind === 'invalid') throw new Error(JSON.stringify(result.problems));
  const edges = [...result.taskGraph.dependencies.values()].map((list) => list.length);
  return { tasks: result.taskGraph.tasks.size, edges: edges.reduce((sum, length) => sum + length, 0) };
}

const run = (...dependsOn: readonly string[]) => ({ executor: 'x', cache: true, dependsOn });

test('2,000 projects with ten targets each make 20,000 tasks with the edges of the project graph', () => {
  const names = Array.from({ length: 10 }, (_, index) => `t${index}`);
  const graph = drawLayers(() => Object.fromEntries(names.map((name) => [name, run(`^${name}`)])));
  const projectEdges = (layers - 1) * width * fanOut;
  expect([...graph.dependencies.values()].flat()).toHaveLength(projectEdges);
  expect(count(graph, names)).toEqual({ tasks: layers * width * 10, edges: projectEdges * 10 });
});

test('a target that only the lowest layer has is reached from all 2,000 projects', () => {
  const graph = drawLayers((layer) => ({ lint: run('^gen'), ...(layer === 0 ? { gen: run() } : {}) }));
  // Each layer up sees nine columns more of the lowest one, until it sees all.
  const seen = Array.from({ length: layers }, (_, layer) =>
    layer === 0 ? 0 : Math.min(width, layer * (fanOut - 1) + 1),
  );
  const edges = seen.reduce((sum, columns) => sum + columns * width, 0);
  expect(count(graph, ['lint'])).toEqual({ tasks: layers * width + width, edges });
});
