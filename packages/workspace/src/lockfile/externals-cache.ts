import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { DebugLog, Digest, ExternalPackage, WorkspacePath } from '@larder/core';

import { digest } from '../digest.ts';
import type { ParsedLockfile } from './parsed-lockfile.ts';
import { uniqueSuffix } from '../state/unique-suffix.ts';

const fileName = 'externals.json';

interface SavedLockfile {
  readonly packages: readonly ExternalPackage[];
  readonly resolutions: readonly (readonly [WorkspacePath, readonly (readonly [string, string])[]])[];
  readonly patches: readonly (readonly [string, WorkspacePath])[];
  readonly isComplete: boolean;
}

/** What was parsed for this key, or null. A line with a digest stands before the body, so half a file is nobody's. */
export function readCachedLockfile(directoryAbsolute: string, key: Digest, log: DebugLog): ParsedLockfile | null {
  try {
    const text = readFileSync(join(directoryAbsolute, fileName), 'utf8');
    const headEnd = text.indexOf('\n');
    const body = text.slice(headEnd + 1);
    if (text.slice(0, headEnd) !== headOf(key, body)) return null;
    const saved = JSON.parse(body) as SavedLockfile;
    return {
      packages: new Map(saved.packages.map((entry) => [entry.key, entry])),
      resolutions: new Map(saved.resolutions.map(([root, found]) => [root, new Map(found)])),
      patches: new Map(saved.patches),
      isComplete: saved.isComplete,
    };
  } catch (error) {
    log(`no lockfile in the cache: ${String(error)}`);
    return null;
  }
}

/** Published by a rename. Failing costs the next run a parse, so it is only logged. */
export function writeCachedLockfile(
  directoryAbsolute: string,
  key: Digest,
  options: { readonly lockfile: ParsedLockfile; readonly log: DebugLog },
): void {
  const { packages, resolutions, patches, isComplete } = options.lockfile;
  const saved: SavedLockfile = {
    packages: [...packages.values()],
    resolutions: [...resolutions].map(([root, found]) => [root, [...found]]),
    patches: [...patches],
    isComplete,
  };
  const body = JSON.stringify(saved);
  const partial = join(directoryAbsolute, `${fileName}.${uniqueSuffix()}.partial`);
  try {
    mkdirSync(directoryAbsolute, { recursive: true });
    writeFileSync(partial, `${headOf(key, body)}\n${body}`);
    renameSync(partial, join(directoryAbsolute, fileName));
  } catch (error) {
    options.log(`the lockfile was not cached: ${String(error)}`);
    removeQuietly(partial);
  }
}

function headOf(key: Digest, body: string): string {
  return `${key} ${digest(body)}`;
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What could not be written can stay half written: nobody reads it.
  }
}
