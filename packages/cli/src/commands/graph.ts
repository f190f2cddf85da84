import type { ProjectGraph, ProjectName } from '@larder/core';
import { projectGraphToDot, projectGraphToJson, renderProjectGraph } from '@larder/report';
import type { Command } from '../argv/command.ts';
import type { ExitCode } from '../exit-codes.ts';
import { withSelectedProjects } from '../run/with-selected-projects.ts';
import { writeGraphText } from '../run/write-task-graph.ts';
import type { Terminal } from '../terminal.ts';

/** `graph`: the project graph, or the part of it between the selected projects. */
export async function graphCommand(
  command: Extract<Command, { kind: 'graph' }>,
  terminal: Terminal,
): Promise<ExitCode> {
  return withSelectedProjects(terminal, command, async (projects, selected) => {
    const graph = restrictGraph(projects.graph, new Set(selected));
    return writeGraphText(terminal, command.file, {
      json: () => projectGraphToJson(graph),
      dot: () => projectGraphToDot(graph),
      text: (color) => renderProjectGraph(graph, { color }),
    });
  });
}

function restrictGraph(graph: ProjectGraph, kept: ReadonlySet<ProjectName>): ProjectGraph {
  const projects = [...graph.projects].filter(([name]) => kept.has(name));
  const dependencies = [...graph.dependencies]
    .filter(([name]) => kept.has(name))
    .map(([name, edges]) => [name, edges.filter((edge) => kept.has(edge.dependency))] as const);
  return { ...graph, projects: new Map(projects), dependencies: new Map(dependencies) };
}
