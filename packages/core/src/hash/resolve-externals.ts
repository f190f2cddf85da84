import { asWorkspacePath, type ProjectName } from '../ids.ts';
import type { ExternalPackage, Externals, ProjectGraph } from '../project-graph/project.ts';
import type { ExternalInputs } from './inputs.ts';
import { sortUnique } from './sort-unique.ts';

const workspaceRoot = asWorkspacePath('');

/** The key that the lockfile gives a name for a project, or else for the root manifest; null where it gives none. */
export function resolveExternal(name: string, project: ProjectName, graph: ProjectGraph): string | null {
  const { resolutions } = graph.externals;
  const root = graph.projects.get(project)?.root ?? workspaceRoot;
  return resolutions.get(root)?.get(name) ?? resolutions.get(workspaceRoot)?.get(name) ?? null;
}

/** The keys of every package of a name, sorted: what a name counts as that no manifest asks for. */
export function findExternals(name: string, externals: Externals): readonly string[] {
  return sortUnique([...externals.packages.values()].filter((one) => one.name === name).map((one) => one.key));
}

/** The keys that the root manifest asks for, by name. */
export function findRootExternals(externals: Externals): ReadonlyMap<string, string> {
  return externals.resolutions.get(workspaceRoot) ?? new Map<string, string>();
}

/** Every package that counts for a task of the project, with all that those use, sorted by key. */
export function listExternals(
  inputs: ExternalInputs,
  project: ProjectName,
  graph: ProjectGraph,
): readonly ExternalPackage[] {
  const keys = new Set(inputs.kind === 'all' ? findAllKeys(project, graph) : []);
  if (inputs.kind === 'named') {
    for (const name of inputs.packages) {
      const key = resolveExternal(name, project, graph);
      for (const one of key === null ? findExternals(name, graph.externals) : [key]) keys.add(one);
    }
  }
  for (const key of keys) {
    for (const dependency of graph.externals.packages.get(key)?.dependencies ?? []) keys.add(dependency);
  }
  return sortUnique(keys).flatMap((key) => graph.externals.packages.get(key) ?? []);
}

function* findAllKeys(project: ProjectName, graph: ProjectGraph): Generator<string> {
  yield* findRootExternals(graph.externals).values();
  const reached = new Set([project]);
  for (const name of reached) {
    for (const external of graph.projects.get(name)?.externalDependencies ?? []) {
      yield resolveExternal(external, name, graph) ?? external;
    }
    for (const edge of graph.dependencies.get(name) ?? []) reached.add(edge.dependency);
  }
}
