import { asProjectName } from '../ids.ts';
import type { ProjectName } from '../ids.ts';
import type { Problem } from '../problem.ts';
import { findNearNames } from '../project-graph/find-near-names.ts';
import { ProjectMatcher } from '../project-graph/match-projects.ts';
import type { Project, ProjectGraph } from '../project-graph/project.ts';
import { explainTaskName } from './explain-task-name.ts';

export type TaskNameResult =
  | {
      readonly kind: 'parsed';
      readonly project: ProjectName;
      readonly target: string;
      /** Null where the text names none. */
      readonly configuration: string | null;
    }
  | { readonly kind: 'unknown'; readonly problems: readonly Problem[] };

/**
 * Reads `project:target` or `project:target:configuration`. Each of the three may hold colons: of the
 * readings that name things that exist, the one with the longest project name, then the longest target
 * name, counts. A project may be named by a word of its name (`ui` for `@acme/ui`) where only one has it.
 * The problem names the first part that does not exist.
 */
export function parseTaskName(graph: ProjectGraph, text: string): TaskNameResult {
  const projects = findProjects(graph, text);
  for (const { project, rest } of projects) {
    const found = findTarget(project, rest);
    if (found !== null) return { kind: 'parsed', project: project.name, ...found };
  }
  return { kind: 'unknown', problems: [explain(graph, text, projects)] };
}

interface ProjectReading {
  readonly project: Project;
  readonly rest: string;
}

/** The longest name first; loose readings only where no name fits exactly. */
function findProjects(graph: ProjectGraph, text: string): readonly ProjectReading[] {
  const splits = splitsOf(text);
  const exact = splits.flatMap(([name, rest]) => {
    const project = graph.projects.get(asProjectName(name));
    return project === undefined ? [] : [{ project, rest }];
  });
  if (exact.length > 0) return exact;
  const matcher = new ProjectMatcher(graph.projects.values());
  return splits.flatMap(([name, rest]) => {
    const [only, ...others] = matcher.match(name);
    const project = only === undefined || others.length > 0 ? undefined : graph.projects.get(asProjectName(only));
    return project === undefined ? [] : [{ project, rest }];
  });
}

function findTarget(
  project: Project,
  rest: string,
): { readonly target: string; readonly configuration: string | null } | null {
  if (project.targets.has(rest)) return { target: rest, configuration: null };
  for (const [target, configuration] of splitsOf(rest)) {
    const configurations = project.targets.get(target)?.configurations;
    if (configurations !== undefined && Object.hasOwn(configurations, configuration)) return { target, configuration };
  }
  return null;
}

/** Every way to cut a text in two at a colon, the longest first part first. */
function splitsOf(text: string): readonly (readonly [string, string])[] {
  const splits: [string, string][] = [];
  for (let colon = text.lastIndexOf(':'); colon > 0; colon = text.lastIndexOf(':', colon - 1)) {
    splits.push([text.slice(0, colon), text.slice(colon + 1)]);
  }
  return splits;
}

function explain(graph: ProjectGraph, text: string, readings: readonly ProjectReading[]): Problem {
  const severity = 'error';
  const [reading] = readings;
  if (reading === undefined) return explainTaskName(graph, text);
  const { project, rest } = reading;
  const known = splitsOf(rest).find(([target]) => project.targets.has(target));
  if (known === undefined) {
    return { code: 'unknown-target', severity, target: rest, near: findNearNames(rest, project.targets.keys()) };
  }
  const [target, configuration] = known;
  const names = Object.keys(project.targets.get(target)?.configurations ?? {});
  const task = `${project.name}:${target}`;
  return { code: 'unknown-configuration', severity, task, configuration, near: findNearNames(configuration, names) };
}
