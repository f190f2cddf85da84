import type { WorkspacePath } from '@larder/core';

/** The part of each pattern before its first wildcard. */
export function findOutputFolders(patterns: readonly string[]): readonly WorkspacePath[] {
  return patterns
    .filter((pattern) => !pattern.startsWith('!'))
    .map((pattern) => {
      const wildcard = pattern.search(/[*?{[(]/);
      const literal = wildcard === -1 ? pattern : pattern.slice(0, pattern.lastIndexOf('/', wildcard) + 1);
      return literal.replace(/\/$/, '') as WorkspacePath;
    });
}
