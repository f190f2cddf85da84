import { execFileSync } from 'node:child_process';
import type { WorkspacePath } from '@larder/core';

const maxListingBytes = 256 * 1024 * 1024;
const timeoutMs = 60_000;

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
  const paths = listTracked(rootAbsolute);
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

function listTracked(rootAbsolute: string): readonly string[] | null {
  try {
    const listing = execFileSync('git', ['ls-files', '-z'], {
      cwd: rootAbsolute,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, GIT_OPTIONAL_LOCKS: '0' },
      maxBuffer: maxListingBytes,
      timeout: timeoutMs,
    });
    return listing.split('\0').filter((path) => path !== '');
  } catch {
    // Not a repository, or no git: nobody can tell.
    return null;
  }
}
