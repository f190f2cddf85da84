import type { ProjectGraph, ProjectName, WorkspacePath } from '@larder/core';
import { nameProjectGraph } from './graph.ts';
import { renderDot } from './render-dot.ts';
import { renderTree } from './render-tree.ts';

/** What `larder graph` writes into a `.json` file. Sorted by name. */
export interface ProjectGraphDocument {
  readonly v: 1;
  readonly projects: readonly {
    readonly name: ProjectName;
    readonly root: WorkspacePath;
    readonly dependsOn: readonly { readonly project: ProjectName; readonly kind: string }[];
  }[];
}

export function renderProjectGraph(graph: ProjectGraph, options: { readonly color: boolean }): string {
  return graph.projects.size === 0 ? 'No projects.\n' : renderTree(nameProjectGraph(graph), options);
}

export function projectGraphToDot(graph: ProjectGraph): string {
  return renderDot(nameProjectGraph(graph), 'projects');
}

export function projectGraphToJson(graph: ProjectGraph): ProjectGraphDocument {
  return {
    v: 1,
    projects: [...graph.projects.values()].map(({ name, root }) => ({
      name,
      root,
      dependsOn: (graph.dependencies.get(name) ?? []).map(({ dependency, kind }) => ({ project: dependency, kind })),
    })),
  };
}
