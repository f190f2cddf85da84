import { statSync, utimesSync } from 'node:fs';
import type { ArtifactHead, TaskHash } from '@larder/core';
import { entryFileOf } from './entry-files.ts';

const usedWithinMs = 24 * 60 * 60 * 1000;

/** The entry of a hash in a local store's folder, by one stat; marks it as used. Throws where the folder cannot be read. */
export function findEntry(directoryAbsolute: string, hash: TaskHash): ArtifactHead | null {
  const file = entryFileOf(directoryAbsolute, hash);
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  if (Date.now() - stats.mtimeMs > usedWithinMs) markUsed(file);
  return { sizeBytes: stats.size };
}

/** Only for the order of eviction, so a read-only store is no trouble. */
function markUsed(absolute: string): void {
  try {
    const now = new Date();
    utimesSync(absolute, now, now);
  } catch {
    return;
  }
}
