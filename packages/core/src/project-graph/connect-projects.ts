import { invalidValue, locationOf } from '../config/place.ts';
import type { Parsed } from '../config/place.ts';
import { asProjectName, asWorkspacePath, compareCodeUnits } from '../ids.ts';
import type { ProjectName } from '../ids.ts';
import type { EdgeContribution } from '../plugin.ts';
import type { Problem } from '../problem.ts';
import { findNearNames } from './find-near-names.ts';
import { isGlob } from './match-projects.ts';
import type { ProjectMatcher } from './match-projects.ts';
import type { MergedProject } from './merge-contributions.ts';
import type { ProjectEdge } from './project.ts';
import type { ResolvedManifest } from './resolve-manifest.ts';

export interface ProjectParts {
  readonly name: ProjectName;
  readonly merged: MergedProject;
  readonly manifest: ResolvedManifest;
}

/**
 * The edges between projects: from manifests, from plugins, from `implicitDependencies`; the first of these
 * that has an edge decides its kind. `!x` among the implicit ones takes edges to `x` away, whoever found them.
 */
export function connectProjects(
  projects: readonly ProjectParts[],
  contributed: readonly EdgeContribution[],
  matcher: ProjectMatcher,
): Parsed<ReadonlyMap<ProjectName, readonly ProjectEdge[]>> {
  const names = new Set(projects.map(({ name }) => name));
  const problems = contributed.flatMap((edge) => findUnknownEnds(edge, names));
  const contributedBy = Map.groupBy(contributed, ({ from }) => from);
  const edges = projects.map((project): [ProjectName, readonly ProjectEdge[]] => {
    const implicit = readImplicit(project, matcher, names);
    problems.push(...implicit.problems);
    const found = [
      ...edgesOfManifest(project),
      ...(contributedBy.get(project.name) ?? [])
        .filter(({ to }) => names.has(to))
        .map(({ to, kind, sourceFile }): ProjectEdge => ({ dependency: to, kind, sourceFile })),
      ...implicit.added.map((dependency): ProjectEdge => ({ dependency, kind: 'implicit', sourceFile: null })),
    ];
    const kept = found.filter(({ dependency }) => dependency !== project.name && !implicit.removed.has(dependency));
    return [project.name, sortEdges(kept)];
  });
  return [new Map(edges), problems];
}

function sortEdges(edges: readonly ProjectEdge[]): readonly ProjectEdge[] {
  const byName = new Map<ProjectName, ProjectEdge>();
  for (const edge of edges) if (!byName.has(edge.dependency)) byName.set(edge.dependency, edge);
  return [...byName.values()].sort((a, b) => compareCodeUnits(a.dependency, b.dependency));
}

function edgesOfManifest({ merged, manifest }: ProjectParts): readonly ProjectEdge[] {
  const sourceFile = asWorkspacePath(merged.root === '' ? 'package.json' : `${merged.root}/package.json`);
  return [...manifest.projects].map((dependency) => ({ dependency, kind: 'static', sourceFile }));
}

interface ImplicitEdges {
  readonly added: readonly ProjectName[];
  readonly removed: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

function readImplicit(
  { merged }: ProjectParts,
  matcher: ProjectMatcher,
  names: ReadonlySet<ProjectName>,
): ImplicitEdges {
  const removed = new Set<string>();
  const added = new Set<string>();
  const problems: Problem[] = [];
  for (const { value: pattern, place } of merged.implicitDependencies) {
    if (typeof pattern !== 'string') {
      problems.push(invalidValue(place, pattern, 'a project name or pattern'));
      continue;
    }
    const negated = pattern.startsWith('!');
    const matches = matcher.match(negated ? pattern.slice(1) : pattern);
    for (const name of matches) (negated ? removed : added).add(name);
    if (matches.size > 0 || negated || isGlob(pattern) || pattern.startsWith('tag:')) continue;
    const near = findNearNames(pattern, names);
    const location = locationOf(place.source.locate(place.path));
    problems.push({ code: 'unknown-project', severity: 'warning', project: pattern, near, ...location });
  }
  return { added: [...added].map(asProjectName), removed, problems };
}

/** A warning: Nx does not mind either, and the rest of the graph stands. */
function findUnknownEnds(
  { from, to, sourceFile }: EdgeContribution,
  names: ReadonlySet<ProjectName>,
): readonly Problem[] {
  const location = sourceFile === null ? {} : { location: { file: sourceFile, line: 1, column: 1, length: 1 } };
  return [from, to]
    .filter((name) => !names.has(name))
    .map((project) => ({
      code: 'unknown-project',
      severity: 'warning',
      project,
      near: findNearNames(project, names),
      ...location,
    }));
}
