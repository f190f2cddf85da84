import type { JsonObject, Project, ProjectGraph, ProjectName, Target, WorkspacePath } from '@larder/core';

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
  /** Absent where the target does not say. */
  readonly retries?: number;
  readonly weight?: number;
  readonly mutex?: readonly string[];
  readonly resources?: Readonly<Record<string, number>>;
}

export function projectToJson(project: Project, graph: ProjectGraph): ProjectDocument {
  const { name, root, packageName, tags, metadata } = project;
  const targets = [...project.targets].map(([target, definition]) => {
    const { executor, options, configurations, outputs, cache, continuous, parallelism } = definition;
    const shared = pickSharing(definition);
    return [target, { executor, options, configurations, outputs, cache, continuous, parallelism, ...shared }] as const;
  });
  const dependsOn = (graph.dependencies.get(name) ?? []).map((edge) => edge.dependency);
  return { v: 1, name, root, packageName, tags, dependsOn, targets: Object.fromEntries(targets), metadata };
}

function pickSharing({ retries, weight, mutex, resources }: Target): Partial<TargetDocument> {
  return {
    ...(retries === undefined ? {} : { retries }),
    ...(weight === undefined ? {} : { weight }),
    ...(mutex === undefined ? {} : { mutex }),
    ...(resources === undefined ? {} : { resources }),
  };
}
