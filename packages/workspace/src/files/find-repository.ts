import { readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

import { isMissing } from './file-error.ts';

export interface Repository {
  readonly rootAbsolute: string;
  /** Where this worktree's own `HEAD` and `index` lie. */
  readonly gitDirectoryAbsolute: string;
  /** Where what all worktrees share lies, such as `info/exclude`. */
  readonly commonDirectoryAbsolute: string;
  /** The folder's place in the repository, POSIX, with a trailing slash; `''` at its root. */
  readonly prefix: string;
}

/** The git repository around a folder, found by looking for `.git`, without starting git; null outside of one. */
export function findRepository(directoryAbsolute: string): Repository | null {
  for (let directory = directoryAbsolute; ; directory = dirname(directory)) {
    const git = join(directory, '.git');
    const stats = statSync(git, { throwIfNoEntry: false });
    if (stats !== undefined) {
      const inside = relative(directory, directoryAbsolute).split(sep).join('/');
      const gitDirectoryAbsolute = stats.isDirectory() ? git : readPointer(git);
      return {
        rootAbsolute: directory,
        gitDirectoryAbsolute,
        commonDirectoryAbsolute: readCommonDirectory(gitDirectoryAbsolute),
        prefix: inside === '' ? '' : `${inside}/`,
      };
    }
    if (dirname(directory) === directory) return null;
  }
}

/** The same as text, which is another one where the repository is. */
export function describeRepository(directoryAbsolute: string): string {
  return JSON.stringify(findRepository(directoryAbsolute));
}

/** In a worktree or submodule `.git` is a file that points to the directory: gitrepository-layout(5). */
function readPointer(gitFile: string): string {
  const target = /^gitdir: (.*)$/m.exec(readTextIfPresent(gitFile) ?? '')?.[1];
  return target === undefined ? gitFile : resolve(dirname(gitFile), target.trim());
}

function readCommonDirectory(gitDirectory: string): string {
  const common = readTextIfPresent(join(gitDirectory, 'commondir'));
  return common === null ? gitDirectory : resolve(gitDirectory, common.trim());
}

function readTextIfPresent(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
