import type { ProjectName } from '../ids.ts';

export type ProjectEdges = ReadonlyMap<ProjectName, readonly ProjectName[]>;

/** What can be reached from the projects by one edge or more; a project that is on a cycle reaches itself. */
export function reachProjects(from: readonly ProjectName[], edges: ProjectEdges): readonly ProjectName[] {
  const reached = new Set<ProjectName>();
  for (const start of from) for (const next of edges.get(start) ?? []) reached.add(next);
  for (const name of reached) for (const next of edges.get(name) ?? []) reached.add(next);
  return [...reached];
}

export function reverseEdges(edges: ProjectEdges): ProjectEdges {
  const reversed = new Map<ProjectName, ProjectName[]>();
  for (const [from, targets] of edges) {
    for (const to of targets) {
      const known = reversed.get(to);
      if (known === undefined) reversed.set(to, [from]);
      else known.push(from);
    }
  }
  return reversed;
}
