import type { Config } from '../config/config.ts';
import type { TargetLookup } from '../config/parse-depends-on.ts';
import type { TargetContext } from '../config/parse-target.ts';
import { parseNamedInputs } from '../config/parse-inputs.ts';
import type { Parsed } from '../config/place.ts';
import { asProjectName, compareCodeUnits } from '../ids.ts';
import type { ProjectName } from '../ids.ts';
import type { GraphContribution } from '../plugin.ts';
import type { Problem } from '../problem.ts';
import { buildTarget } from './build-target.ts';
import { connectProjects } from './connect-projects.ts';
import type { ProjectParts } from './connect-projects.ts';
import { TargetDefaults } from './find-target-defaults.ts';
import { ProjectMatcher } from './match-projects.ts';
import { mergeContributions } from './merge-contributions.ts';
import type { MergedProject } from './merge-contributions.ts';
import { mergeExternals } from './merge-externals.ts';
import { plainTargetDefaults } from './plain-defaults.ts';
import type { NamedInputs, Project, ProjectGraph, Target } from './project.ts';
import { resolveManifest } from './resolve-manifest.ts';

/**
 * Merges what the plugins contributed into one graph, with Nx's rules; `plainTargetDefaults` says what
 * holds where nothing is configured. Of projects that share a name only the first by root is kept, with a
 * problem. The contributions' own problems are passed on. The result does not depend on the order of
 * projects within a contribution.
 */
export function buildProjectGraph(contributions: readonly GraphContribution[], config: Config): Parsed<ProjectGraph> {
  const merged = mergeContributions(contributions.flatMap(({ projects }) => projects));
  const [byName, duplicates] = nameProjects(merged);
  const packages = findPackages(byName);
  const parts = [...byName].map(([name, project]): ProjectParts => ({
    name,
    merged: project,
    manifest: resolveManifest(project, packages),
  }));
  const matcher = new ProjectMatcher(byName.values());
  const edges = contributions.flatMap((contribution) => contribution.edges);
  const [dependencies, edgeProblems] = connectProjects(parts, edges, matcher);
  const defaults = config.file === null ? plainTargetDefaults : config.targetDefaults;
  const [projects, projectProblems] = buildProjects(parts, {
    byName,
    defaults: new TargetDefaults(defaults, matcher),
    namedInputs: { ...builtInInputs, ...config.namedInputs },
  });
  const graph: ProjectGraph = {
    projects,
    dependencies,
    externals: mergeExternals(contributions.flatMap(({ externals }) => externals ?? [])),
  };
  const contributed = contributions.flatMap(({ problems }) => problems);
  return [graph, [...contributed, ...duplicates, ...projectProblems, ...edgeProblems]];
}

/** Sorted by name. */
type NamedProjects = ReadonlyMap<ProjectName, MergedProject>;

function nameProjects(projects: readonly MergedProject[]): Parsed<NamedProjects> {
  const byName = Map.groupBy(projects, ({ name }) => name);
  const named: [ProjectName, MergedProject][] = [];
  const problems: Problem[] = [];
  for (const [name, sharing] of byName) {
    const [first] = sharing;
    if (first !== undefined) named.push([asProjectName(name), first]);
    if (sharing.length > 1) {
      const roots = sharing.map(({ root }) => root);
      problems.push({ code: 'duplicate-project', severity: 'error', project: name, roots });
    }
  }
  named.sort(([a], [b]) => compareCodeUnits(a, b));
  return [new Map(named), problems];
}

function findPackages(projects: NamedProjects): ReadonlyMap<string, ProjectName> {
  const packages = new Map<string, ProjectName>();
  for (const [name, { packageName }] of projects) {
    if (packageName !== null && !packages.has(packageName)) packages.set(packageName, name);
  }
  return packages;
}

interface WorkspaceParts {
  readonly byName: NamedProjects;
  readonly defaults: TargetDefaults;
  readonly namedInputs: NamedInputs;
}

function buildProjects(
  parts: readonly ProjectParts[],
  { byName, defaults, namedInputs: workspaceInputs }: WorkspaceParts,
): Parsed<ReadonlyMap<ProjectName, Project>> {
  const problems: Problem[] = [];
  const sharedInputs: TargetContext['sharedInputs'] = new WeakMap();
  const projects = parts.map(({ name, merged, manifest }): [ProjectName, Project] => {
    const [targets, targetProblems] = buildTargets(merged, {
      defaults,
      sharedInputs,
      lookup: lookUpTargets(merged, byName),
    });
    const [namedInputs, inputProblems] = buildNamedInputs(merged, workspaceInputs);
    problems.push(...targetProblems, ...inputProblems);
    const { root, packageName, tags, metadata } = merged;
    const externalDependencies = manifest.externals;
    return [name, { name, root, packageName, tags, targets, namedInputs, externalDependencies, metadata }];
  });
  return [new Map(projects), problems];
}

const builtInInputs: NamedInputs = {
  default: [{ kind: 'fileset', pattern: '{projectRoot}/**/*', of: { kind: 'self' } }],
};

function buildTargets(
  project: MergedProject,
  context: TargetContext & { readonly defaults: TargetDefaults },
): Parsed<ReadonlyMap<string, Target>> {
  const targets = new Map<string, Target>();
  const problems: Problem[] = [];
  for (const name of [...project.targets.keys()].sort(compareCodeUnits)) {
    const [target, found] = buildTarget(name, project, context);
    if (target !== null) targets.set(name, target);
    problems.push(...found);
  }
  return [targets, problems];
}

function lookUpTargets(own: MergedProject, byName: NamedProjects): TargetLookup {
  return {
    hasOwnTarget: (target) => own.targets.has(target),
    hasProject: (project) => byName.has(asProjectName(project)),
    hasTarget: (project, target) => byName.get(asProjectName(project))?.targets.has(target) ?? false,
  };
}

/** Projects without named inputs of their own share one object. */
function buildNamedInputs(project: MergedProject, workspaceInputs: NamedInputs): Parsed<NamedInputs> {
  if (project.namedInputs.length === 0) return [workspaceInputs, []];
  const parsed = project.namedInputs.map(({ value, place }) => parseNamedInputs(value, place));
  const inputs = parsed.reduce<NamedInputs>((merged, [next]) => ({ ...merged, ...next }), workspaceInputs);
  return [inputs, parsed.flatMap(([, problems]) => problems)];
}
