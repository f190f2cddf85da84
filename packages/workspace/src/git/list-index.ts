import { execFileSync } from 'node:child_process';

const maxListingBytes = 256 * 1024 * 1024;
const timeoutMs = 60_000;

/** The rows of `git ls-files -z`, run in a folder; null where git does not answer: outside of a repository, say. */
export function listIndex(rootAbsolute: string, flags: readonly string[] = []): readonly string[] | null {
  try {
    const listing = execFileSync('git', ['ls-files', ...flags, '-z'], {
      cwd: rootAbsolute,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, GIT_OPTIONAL_LOCKS: '0' },
      maxBuffer: maxListingBytes,
      timeout: timeoutMs,
    });
    return listing.split('\0').filter((row) => row !== '');
  } catch {
    return null;
  }
}
