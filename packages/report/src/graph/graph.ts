import { compareCodeUnits, type ProjectGraph, type TaskGraph } from '@larder/core';

/** Any of the graphs, reduced to what drawing needs. Sorted, and closed: every dependency has an entry. */
export type NamedGraph = ReadonlyMap<string, readonly string[]>;

export function nameTaskGraph(graph: TaskGraph): NamedGraph {
  return buildGraph([...graph.tasks.keys()], (id) => (graph.dependencies.get(id) ?? []).map((edge) => edge.dependency));
}

export function nameProjectGraph(graph: ProjectGraph): NamedGraph {
  return buildGraph([...graph.projects.keys()], (name) =>
    (graph.dependencies.get(name) ?? []).map((edge) => edge.dependency),
  );
}

function buildGraph<Name extends string>(
  names: readonly Name[],
  dependenciesOf: (name: Name) => readonly Name[],
): NamedGraph {
  const known = new Set(names);
  return new Map(
    names
      .toSorted(compareCodeUnits)
      .map((name) => [name, dependenciesOf(name).filter((dependency) => known.has(dependency))]),
  );
}
