import type { ProjectName, WorkspacePath } from '../ids.ts';
import type { JsonObject } from '../json.ts';
import type { SourceLocation } from '../problem.ts';
import type { ExternalPackage, NamedInputs, Project, ProjectEdge, ProjectGraph, Target } from './project.ts';

/*
 * A project graph as JSON. What many projects have in common (targets that follow from the same defaults, named inputs)
 * stands once in `shared`, and everything refers to it by index: parsing it then takes a fraction of what merging took.
 */
interface EncodedGraph {
  readonly shared: readonly unknown[];
  readonly projects: readonly EncodedProject[];
  readonly packages: readonly ExternalPackage[];
  readonly resolutions: readonly (readonly [WorkspacePath, readonly (readonly [string, string])[]])[];
  readonly globalKey: string;
}

type SharedIndex = number;

type EncodedProject = readonly [
  name: ProjectName,
  root: WorkspacePath,
  packageName: string | null,
  metadata: JsonObject,
  tags: SharedIndex,
  namedInputs: SharedIndex,
  externalDependencies: SharedIndex,
  targets: readonly (readonly [SharedIndex, SourceLocation | null])[],
  edges: readonly ProjectEdge[],
];

/** The graph as text; finds where each target stands, which parses the manifests. */
export function encodeGraph({ projects, dependencies, externals }: ProjectGraph): string {
  const shared = new SharedValues();
  const encoded: EncodedGraph = {
    projects: [...projects.values()].map((project) =>
      encodeProject(project, dependencies.get(project.name) ?? [], shared),
    ),
    packages: [...externals.packages.values()],
    resolutions: [...externals.resolutions].map(([root, found]) => [root, [...found]]),
    globalKey: externals.globalKey,
    shared: shared.values,
  };
  return JSON.stringify(encoded);
}

function encodeProject(project: Project, edges: readonly ProjectEdge[], shared: SharedValues): EncodedProject {
  const targets = [...project.targets.values()].map(
    ({ location, ...target }) => [shared.indexOf(target), location] as const,
  );
  return [
    project.name,
    project.root,
    project.packageName,
    project.metadata,
    shared.indexOf(project.tags),
    shared.indexOf(project.namedInputs),
    shared.indexOf(project.externalDependencies),
    targets,
    edges,
  ];
}

class SharedValues {
  readonly values: unknown[] = [];
  readonly #indexes = new Map<string, SharedIndex>();

  indexOf(value: unknown): SharedIndex {
    const text = JSON.stringify(value);
    const known = this.#indexes.get(text);
    if (known !== undefined) return known;
    const index = this.values.push(value) - 1;
    this.#indexes.set(text, index);
    return index;
  }
}

/** The inverse of `encodeGraph`, for its own texts alone: what else is put in is not checked. */
export function decodeGraph(text: string): ProjectGraph {
  const { shared, projects, packages, resolutions, globalKey } = JSON.parse(text) as EncodedGraph;
  return {
    projects: new Map(projects.map((encoded) => [encoded[0], decodeProject(encoded, shared)])),
    dependencies: new Map(projects.map((encoded) => [encoded[0], encoded[8]])),
    externals: {
      packages: new Map(packages.map((entry) => [entry.key, entry])),
      resolutions: new Map(resolutions.map(([root, found]) => [root, new Map(found)])),
      globalKey,
    },
  };
}

function decodeProject(encoded: EncodedProject, shared: readonly unknown[]): Project {
  const [name, root, packageName, metadata, tags, namedInputs, externalDependencies, targets] = encoded;
  return {
    name,
    root,
    packageName,
    metadata,
    tags: shared[tags] as readonly string[],
    namedInputs: shared[namedInputs] as NamedInputs,
    externalDependencies: shared[externalDependencies] as readonly string[],
    targets: new Map(targets.map((target) => decodeTarget(target, shared)).map((target) => [target.name, target])),
  };
}

/** An object of its own for each: tasks are told apart by it. */
function decodeTarget([index, location]: EncodedProject[7][number], shared: readonly unknown[]): Target {
  return { ...(shared[index] as Omit<Target, 'location'>), location };
}
