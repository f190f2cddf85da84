import { asWorkspacePath, isJsonObject } from '@larder/core';
import type { GraphContext, Problem, WorkspacePath } from '@larder/core';

import { parseYaml } from '../parse-yaml.ts';
import { readReporting } from './manifest-file.ts';
import type { ManifestFile } from './manifest-file.ts';

/** A folder that is a project, with the manifests that say so. */
export interface ProjectRoot {
  readonly root: WorkspacePath;
  readonly packageJson: WorkspacePath | null;
  readonly projectJson: WorkspacePath | null;
}

/**
 * Finds the projects as Nx does: every `project.json`; every `package.json` that the package manager's workspaces
 * match or that lies beside a `project.json`; and the root's if it has an `nx` key. In a repository that has no other
 * project and declares no workspaces, the root package is the one project.
 */
export async function findProjectRoots(
  context: GraphContext,
  rootManifest: ManifestFile | null,
  problems: Problem[],
): Promise<readonly ProjectRoot[]> {
  const manifests = findManifests(context.files.paths);
  const patterns = [...readWorkspacesKey(rootManifest), ...(await readPnpmWorkspace(context, problems))];
  const isMember = await compilePatterns(patterns);
  const roots: ProjectRoot[] = [];
  for (const [root, { packageJson, projectJson }] of manifests) {
    const isProject = root === '' ? rootManifest?.has(['nx']) === true || isMember('package.json') : false;
    if (projectJson === null && !isProject && (packageJson === null || root === '' || !isMember(packageJson))) continue;
    roots.push({ root, packageJson, projectJson });
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
    const known = found.get(root) ?? { packageJson: null, projectJson: null };
    found.set(root, name === 'package.json' ? { ...known, packageJson: path } : { ...known, projectJson: path });
  }
  return found;
}

/** npm, bun and yarn; yarn also knows an object with `packages`. */
function readWorkspacesKey(manifest: ManifestFile | null): readonly string[] {
  if (manifest === null) return [];
  return manifest.isArray(['workspaces']) ? manifest.texts(['workspaces']) : readPackagesKey(manifest);
}

function readPackagesKey(manifest: ManifestFile): readonly string[] {
  manifest.object(['workspaces']);
  return manifest.texts(['workspaces', 'packages']);
}

const pnpmWorkspaceFile = asWorkspacePath('pnpm-workspace.yaml');

async function readPnpmWorkspace(context: GraphContext, problems: Problem[]): Promise<readonly string[]> {
  const text = context.files.has(pnpmWorkspaceFile) ? readReporting(context, pnpmWorkspaceFile, problems) : null;
  if (text === null) return [];
  const parsed = await parseYaml(text, pnpmWorkspaceFile);
  problems.push(...parsed.problems);
  const [value] = parsed.documents;
  const packages = isJsonObject(value) ? (value['packages'] ?? []) : [];
  if (Array.isArray(packages) && packages.every((item) => typeof item === 'string')) return packages;
  problems.push({
    code: 'invalid-value',
    severity: 'error',
    file: pnpmWorkspaceFile,
    path: 'packages',
    found: JSON.stringify(packages).slice(0, 60),
    allowed: 'an array of strings',
  });
  return [];
}

/** Matches the path of a package.json. `!` takes away, in any order; with nothing but `!`, all others are members. */
async function compilePatterns(patterns: readonly string[]): Promise<(packageJson: string) => boolean> {
  if (patterns.length === 0) return () => false;
  const { default: picomatch } = await import('picomatch');
  const taken = patterns.filter((pattern) => pattern.startsWith('!'));
  const given = patterns.filter((pattern) => !pattern.startsWith('!'));
  const options = { nonegate: true, windows: false };
  const isGiven = picomatch(given.length === 0 ? ['**/package.json'] : given.map(toManifestPattern), options);
  const isTaken = picomatch(
    taken.map((pattern) => toManifestPattern(pattern.slice(1))),
    { ...options, dot: true },
  );
  return (path) => isGiven(path) && !(taken.length > 0 && isTaken(path));
}

function toManifestPattern(pattern: string): string {
  const folder = pattern.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
  if (folder === '' || folder === '.') return 'package.json';
  return folder.endsWith('/package.json') ? folder : `${folder}/package.json`;
}
