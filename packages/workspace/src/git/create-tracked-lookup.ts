import type { WorkspacePath } from '@larder/core';

import { listIndex } from './list-index.ts';

/**
 * Tells whether git knows a file at or below a path. The index is read at the first question, which few
 * workspaces ever ask; outside of git, or where git does not answer, every answer is yes.
 */
export function createTrackedLookup(rootAbsolute: string): (path: WorkspacePath) => boolean {
  let tracked: ReadonlySet<string> | null | undefined;
  return (path) => {
    if (tracked === undefined) tracked = readTracked(rootAbsolute);
    return tracked === null || tracked.has(path);
  };
}

/** Every tracked file and every folder above one; null where git cannot say. */
function readTracked(rootAbsolute: string): ReadonlySet<string> | null {
  const paths = listIndex(rootAbsolute);
  if (paths === null) return null;
  const tracked = new Set(paths);
  for (const path of paths) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (tracked.has(folder)) break;
      tracked.add(folder);
    }
  }
  return tracked;
}
