import type { ProjectName, TaskGraph, TaskId } from '@larder/core';
import { nameTaskGraph } from './graph.ts';
import { renderDot } from './render-dot.ts';
import { renderTree } from './render-tree.ts';

/** What `--graph=file.json` holds. Sorted by id. */
export interface TaskGraphDocument {
  readonly v: 1;
  readonly tasks: readonly {
    readonly id: TaskId;
    readonly project: ProjectName;
    readonly target: string;
    readonly configuration: string | null;
    readonly requested: boolean;
    readonly dependsOn: readonly TaskId[];
    /** Relative to the workspace's root; `!` takes away. */
    readonly outputs: readonly string[];
  }[];
}

export function renderTaskGraph(graph: TaskGraph, options: { readonly color: boolean }): string {
  return graph.tasks.size === 0 ? 'No tasks.\n' : renderTree(nameTaskGraph(graph), options);
}

export function taskGraphToDot(graph: TaskGraph): string {
  return renderDot(nameTaskGraph(graph), 'tasks');
}

export function taskGraphToJson(graph: TaskGraph): TaskGraphDocument {
  return {
    v: 1,
    tasks: [...graph.tasks.values()].map(({ id, project, target, configuration, requested, outputs }) => {
      const dependsOn = (graph.dependencies.get(id) ?? []).map((edge) => edge.dependency);
      return { id, project, target, configuration, requested, dependsOn, outputs };
    }),
  };
}
