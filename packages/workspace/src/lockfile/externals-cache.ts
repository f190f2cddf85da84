import { join } from 'node:path';

import type { DebugLog, Digest, ExternalPackage, WorkspacePath } from '@larder/core';

import { readKeyedFile, writeKeyedFile, type KeyedFile } from '../state/keyed-file.ts';
import type { ParsedLockfile } from './parsed-lockfile.ts';

interface SavedLockfile {
  readonly packages: readonly ExternalPackage[];
  readonly resolutions: readonly (readonly [WorkspacePath, readonly (readonly [string, string])[]])[];
  readonly patches: readonly (readonly [string, WorkspacePath])[];
  readonly isComplete: boolean;
}

/** What was parsed for this key, or null. */
export function readCachedLockfile(directoryAbsolute: string, key: Digest, log: DebugLog): ParsedLockfile | null {
  const text = readKeyedFile(fileIn(directoryAbsolute, log), key);
  if (text === null) return null;
  // Whole by its digest, and written by this parser: trusted as it is.
  const saved = JSON.parse(text) as SavedLockfile;
  return {
    packages: new Map(saved.packages.map((entry) => [entry.key, entry])),
    resolutions: new Map(saved.resolutions.map(([root, found]) => [root, new Map(found)])),
    patches: new Map(saved.patches),
    isComplete: saved.isComplete,
  };
}

/** Failing costs the next run a parse, so it is only logged. */
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
  writeKeyedFile(fileIn(directoryAbsolute, options.log), key, JSON.stringify(saved));
}

function fileIn(directoryAbsolute: string, log: DebugLog): KeyedFile {
  return { pathAbsolute: join(directoryAbsolute, 'externals.json'), log };
}
