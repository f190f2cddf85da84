import { asWorkspacePath, isJsonObject } from '@larder/core';
import type { Problem } from '@larder/core';

import { parseYaml } from '../parse-yaml.ts';
import { readReporting } from './manifest-file.ts';
import type { ManifestFile, TextSource } from './manifest-file.ts';

/**
 * Which folders the package manager takes for members: the `workspaces` of npm, bun and yarn, and the `packages` of
 * `pnpm-workspace.yaml`, as they were written. None where none are declared.
 */
export async function readMemberPatterns(
  source: TextSource,
  rootManifest: ManifestFile | null,
  problems: Problem[],
): Promise<readonly string[]> {
  return [...readWorkspacesKey(rootManifest), ...(await readPnpmWorkspace(source, problems))];
}

/** yarn also knows an object with `packages`. */
function readWorkspacesKey(manifest: ManifestFile | null): readonly string[] {
  if (manifest === null) return [];
  return manifest.isArray(['workspaces']) ? manifest.texts(['workspaces']) : readPackagesKey(manifest);
}

function readPackagesKey(manifest: ManifestFile): readonly string[] {
  manifest.object(['workspaces']);
  return manifest.texts(['workspaces', 'packages']);
}

const pnpmWorkspaceFile = asWorkspacePath('pnpm-workspace.yaml');

async function readPnpmWorkspace(source: TextSource, problems: Problem[]): Promise<readonly string[]> {
  const text = readReporting(source, pnpmWorkspaceFile, problems);
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
export async function compileMembers(patterns: readonly string[]): Promise<(packageJson: string) => boolean> {
  if (patterns.length === 0) return () => false;
  const { default: picomatch } = await import('picomatch');
  const taken = patterns.filter((pattern) => pattern.startsWith('!'));
  const options = { nonegate: true, windows: false };
  const isGiven = picomatch([...givenPatterns(patterns)], options);
  const isTaken = picomatch(
    taken.map((pattern) => toManifestPattern(pattern.slice(1))),
    { ...options, dot: true },
  );
  return (path) => isGiven(path) && !(taken.length > 0 && isTaken(path));
}

/** Of the package.json of those that are not taken away again. */
export function givenPatterns(patterns: readonly string[]): readonly string[] {
  const given = patterns.filter((pattern) => !pattern.startsWith('!'));
  return given.length === 0 ? ['**/package.json'] : given.map(toManifestPattern);
}

function toManifestPattern(pattern: string): string {
  const folder = pattern.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
  if (folder === '' || folder === '.') return 'package.json';
  return folder.endsWith('/package.json') ? folder : `${folder}/package.json`;
}
