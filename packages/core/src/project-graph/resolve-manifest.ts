import { compareCodeUnits } from '../ids.ts';
import type { ProjectName } from '../ids.ts';
import type { ManifestDependency } from '../plugin.ts';
import type { MergedProject } from './merge-contributions.ts';

export interface ResolvedManifest {
  readonly projects: ReadonlySet<ProjectName>;
  /** Sorted. */
  readonly externals: readonly string[];
}

/**
 * Tells the dependencies of a manifest that are projects of the workspace from the external ones. The
 * version asked for plays no part: package managers link the project as long as it fits, and a project
 * whose own dependency does not fit is rare and better rebuilt once too often.
 */
export function resolveManifest(project: MergedProject, packages: ReadonlyMap<string, ProjectName>): ResolvedManifest {
  const projects = new Set<ProjectName>();
  const externals = new Set<string>();
  for (const dependency of project.manifestDependencies) {
    const found = findProject(dependency, packages);
    if (found === undefined) externals.add(dependency.packageName);
    else projects.add(found);
  }
  return { projects, externals: [...externals].sort(compareCodeUnits) };
}

/** `npm:x@1` is always a registry package; `workspace:x@*` is a project under another name. */
function findProject(
  { packageName, specifier }: ManifestDependency,
  packages: ReadonlyMap<string, ProjectName>,
): ProjectName | undefined {
  if (specifier.startsWith('npm:')) return undefined;
  if (!specifier.startsWith('workspace:')) return packages.get(packageName);
  const aliased = /^workspace:((?:@[^@/]+\/)?[^@/]+)@/.exec(specifier)?.[1];
  return packages.get(aliased ?? packageName);
}
