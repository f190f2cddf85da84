import type { ProjectName } from '../ids.ts';
import type { Problem } from '../problem.ts';
import { findNearNames } from './find-near-names.ts';
import { isGlob, ProjectMatcher } from './match-projects.ts';
import type { ProjectGraph } from './project.ts';

export type ProjectSelection =
  /** Sorted by name. */
  | { readonly kind: 'selected'; readonly projects: readonly ProjectName[] }
  | { readonly kind: 'unknown'; readonly problems: readonly Problem[] };

/**
 * The projects that `--projects` and `--exclude` leave: names, words of names, globs, `tag:x`, folders, and
 * `!` before any of them, in order. Without patterns all projects. A name that matches nothing is a
 * problem; a glob or a tag that matches nothing is not, since it may do so for good reasons.
 */
export function selectProjects(
  graph: ProjectGraph,
  patterns: readonly string[],
  exclude: readonly string[],
): ProjectSelection {
  const matcher = new ProjectMatcher(graph.projects.values());
  const problems = patterns
    .filter((pattern) => !pattern.startsWith('!') && !isGlob(pattern) && !pattern.startsWith('tag:'))
    .filter((pattern) => matcher.match(pattern).size === 0)
    .map((pattern) => unknownProject(pattern, graph));
  if (problems.length > 0) return { kind: 'unknown', problems };
  const selected = matcher.select(patterns.length === 0 ? ['*'] : patterns);
  for (const name of exclude.length === 0 ? [] : matcher.select(exclude)) selected.delete(name);
  return { kind: 'selected', projects: [...graph.projects.keys()].filter((name) => selected.has(name)) };
}

function unknownProject(project: string, graph: ProjectGraph): Problem {
  return { code: 'unknown-project', severity: 'error', project, near: findNearNames(project, graph.projects.keys()) };
}
