import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkspacePath } from '@larder/core';

import { findRepository } from '../files/find-repository.ts';
import { listIndex } from './list-index.ts';

/**
 * Where the file system keeps no executable bit (Windows, or a mount that git found to be like it and noted as
 * `core.fileMode = false`), git's index does: the lookup asks it, once. Null where the file system is to be believed.
 */
export function createExecutableLookup(
  rootAbsolute: string,
  platform: NodeJS.Platform,
): ((path: WorkspacePath) => boolean) | null {
  if (!asksGitForModes(rootAbsolute, platform)) return null;
  let executables: ReadonlySet<string> | undefined;
  return (path) => {
    executables ??= listExecutables(rootAbsolute);
    return executables.has(path);
  };
}

/** Whether git's index decides which files are executable. */
export function asksGitForModes(rootAbsolute: string, platform: NodeJS.Platform): boolean {
  return platform === 'win32' || saysNoFileMode(rootAbsolute);
}

function saysNoFileMode(rootAbsolute: string): boolean {
  const repository = findRepository(rootAbsolute);
  if (repository === null) return false;
  try {
    const config = readFileSync(join(repository.commonDirectoryAbsolute, 'config'), 'utf8');
    return /^\s*filemode\s*=\s*(?:false|no|off|0)\s*$/im.test(config);
  } catch {
    // No configuration, nothing said.
    return false;
  }
}

/** Nothing is executable outside of git, or where git does not answer. */
function listExecutables(rootAbsolute: string): ReadonlySet<string> {
  // `100755 <object> <stage>\t<path>`
  const rows = listIndex(rootAbsolute, ['--stage'])?.filter((row) => row.startsWith('100755 ')) ?? [];
  return new Set(rows.map((row) => row.slice(row.indexOf('\t') + 1)));
}
