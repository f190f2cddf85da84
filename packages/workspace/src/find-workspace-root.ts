import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { workspaceConfigurationFiles } from '@larder/core';

export type WorkspaceRoot =
  | { readonly kind: 'found'; readonly rootAbsolute: string }
  /** Neither a workspace, nor a package, nor a repository at or above the directory. */
  | { readonly kind: 'none' };

const markers = [...workspaceConfigurationFiles, 'pnpm-workspace.yaml'];

/**
 * Finds the workspace that a directory belongs to: the nearest folder, itself or above, that holds a
 * file of a task runner or declares workspaces. A `turbo.json` that extends another is a package's own and
 * does not count. Without any of them: in a git repository the topmost package.json, and outside of one the
 * nearest: whatever lies further up, a forgotten file in a home folder say, need not belong to it.
 */
export function findWorkspaceRoot(directoryAbsolute: string): WorkspaceRoot {
  const packages: string[] = [];
  for (let directory = directoryAbsolute; ; directory = dirname(directory)) {
    if (isWorkspaceRoot(directory)) return { kind: 'found', rootAbsolute: directory };
    if (existsSync(join(directory, 'package.json'))) packages.push(directory);
    if (existsSync(join(directory, '.git'))) return choose(packages.at(-1));
    if (dirname(directory) === directory) return choose(packages[0]);
  }
}

function choose(rootAbsolute: string | undefined): WorkspaceRoot {
  return rootAbsolute === undefined ? { kind: 'none' } : { kind: 'found', rootAbsolute };
}

function isWorkspaceRoot(directory: string): boolean {
  for (const marker of markers) {
    const path = join(directory, marker);
    if (existsSync(path) && !isPackageTurboConfig(path)) return true;
  }
  return declaresWorkspaces(join(directory, 'package.json'));
}

/** A look at the text is enough, and works while the file is being edited and does not parse. */
function isPackageTurboConfig(path: string): boolean {
  return /turbo\.jsonc?$/.test(path) && /"extends"\s*:\s*\[\s*"\/\/"/.test(readTextIfPossible(path));
}

function declaresWorkspaces(path: string): boolean {
  const text = readTextIfPossible(path);
  if (!text.includes('"workspaces"')) return false;
  try {
    const manifest: unknown = JSON.parse(text);
    return typeof manifest === 'object' && manifest !== null && 'workspaces' in manifest;
  } catch {
    // Malformed: taken as the root, so that the reader reports where it is malformed.
    return true;
  }
}

function readTextIfPossible(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Missing, a folder, or unreadable: says nothing about where the workspace starts.
    return '';
  }
}
