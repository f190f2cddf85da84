import type { JsonObject, Project, ProjectGraph, ProjectName, WorkspacePath } from '@larder/core';

/** What `larder show project --json` prints. */
export interface ProjectDocument {
  readonly v: 1;
  readonly name: ProjectName;
  readonly root: WorkspacePath;
  readonly packageName: string | null;
  readonly tags: readonly string[];
  readonly dependsOn: readonly ProjectName[];
  readonly targets: Readonly<Record<string, TargetDocument>>;
  readonly metadata: JsonObject;
}

export interface TargetDocument {
  readonly executor: string;
  readonly options: JsonObject;
  readonly configurations: Readonly<Record<string, JsonObject>>;
  readonly outputs: readonly string[];
  readonly cache: boolean;
  readonly continuous: boolean;
  readonly parallelism: boolean;
}

export function projectToJson(project: Project, graph: ProjectGraph): ProjectDocument {
  const { name, root, packageName, tags, metadata } = project;
  const targets = [...project.targets].map(([target, definition]) => {
    const { executor, options, configurations, outputs, cache, continuous, parallelism } = definition;
    return [target, { executor, options, configurations, outputs, cache, continuous, parallelism }] as const;
  });
  const dependsOn = (graph.dependencies.get(name) ?? []).map((edge) => edge.dependency);
  return { v: 1, name, root, packageName, tags, dependsOn, targets: Object.fromEntries(targets), metadata };
}
