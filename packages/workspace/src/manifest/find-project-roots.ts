import { asWorkspacePath } from '@larder/core';
import type { GraphContext, Problem, WorkspacePath } from '@larder/core';

import type { ManifestFile } from './manifest-file.ts';
import { compileMembers, readMemberPatterns } from './member-patterns.ts';

/** A folder that is a project, with the manifests that say so. */
export interface ProjectRoot {
  readonly root: WorkspacePath;
  readonly packageJson: WorkspacePath | null;
  readonly projectJson: WorkspacePath | null;
}

/**
 * Finds the projects. Members are the folders that the package manager's workspaces match. In an Nx workspace, and
 * where no workspaces are declared, every `project.json` makes a project, as in Nx; elsewhere those of the root and of
 * members do, as in Turborepo. A `package.json` makes one in a member and beside such a `project.json`; the root's does
 * if it has an `nx` key. In a repository that has no other project and declares no workspaces, the root package is the
 * one project.
 */
export async function findProjectRoots(
  context: GraphContext,
  rootManifest: ManifestFile | null,
  problems: Problem[],
): Promise<readonly ProjectRoot[]> {
  const manifests = findManifests(context.files.paths);
  const patterns = await readMemberPatterns(context, rootManifest, problems);
  const isMember = await compileMembers(patterns);
  const areAnywhere = patterns.length === 0 || context.files.has(asWorkspacePath('nx.json'));
  const roots: ProjectRoot[] = [];
  for (const [root, { packageJson, projectJson }] of manifests) {
    const isProject =
      root === ''
        ? projectJson !== null || rootManifest?.has(['nx']) === true || isMember('package.json')
        : (projectJson !== null && areAnywhere) || isMember(`${root}/package.json`);
    if (isProject) roots.push({ root, packageJson, projectJson });
  }
  if (roots.length === 0 && patterns.length === 0 && rootManifest !== null) {
    return [{ root: asWorkspacePath(''), packageJson: rootManifest.file, projectJson: null }];
  }
  return roots;
}

type Manifests = Omit<ProjectRoot, 'root'>;

function findManifests(paths: readonly WorkspacePath[]): ReadonlyMap<WorkspacePath, Manifests> {
  const found = new Map<WorkspacePath, Manifests>();
  for (const path of paths) {
    if (!path.endsWith('.json')) continue;
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    if (name !== 'package.json' && name !== 'project.json') continue;
    const root = asWorkspacePath(path.slice(0, Math.max(0, slash)));
    // The one sorts before the other, with others between them.
    if (name === 'package.json') found.set(root, { packageJson: path, projectJson: null });
    else found.set(root, { packageJson: found.get(root)?.packageJson ?? null, projectJson: path });
  }
  return found;
}
