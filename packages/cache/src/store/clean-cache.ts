import { statSync } from 'node:fs';
import { join } from 'node:path';
import { noteSwept } from './sweep-record.ts';
import { removeIfPresent } from './remove-if-present.ts';
import { layoutFolder, listEntryFiles, listNames, partialFolder, type EntryFile } from './entry-files.ts';

export interface CacheStats {
  readonly entries: number;
  readonly sizeBytes: number;
  /** When the entry that was not used for the longest time was last used, to about a day; null where there is none. */
  readonly oldestEpochMs: number | null;
  readonly newestEpochMs: number | null;
}

/** What the local cache in a folder holds; all zero where there is no such folder. */
export function readCacheStats(directoryAbsolute: string): CacheStats {
  return summarize(listEntryFiles(directoryAbsolute));
}

export interface CleanOptions {
  /** Removes entries that were not used for that long. */
  readonly olderThanMs?: number;
  /** Then removes the least recently used until no more than this is left. */
  readonly maxSizeBytes?: number;
  /** Wall clock, for tests. */
  readonly nowEpochMs?: number;
}

export interface CleanResult {
  readonly removed: CacheStats;
  readonly kept: CacheStats;
}

/** Written by a process that has crashed: no transfer takes so long. */
const abandonedAfterMs = 60 * 60 * 1000;

/** Without limits everything goes. Safe beside running tasks: an entry that is being read stays readable. */
export function cleanCache(directoryAbsolute: string, options: CleanOptions = {}): CleanResult {
  const nowEpochMs = options.nowEpochMs ?? Date.now();
  const entries = listEntryFiles(directoryAbsolute).toSorted((a, b) => b.usedAtMs - a.usedAtMs);
  const keeps = chooseKept(entries, { ...options, nowEpochMs });
  const removed = entries.filter((entry) => !keeps.has(entry));
  for (const { absolute } of removed) removeIfPresent(absolute);
  removeAbandoned(join(directoryAbsolute, layoutFolder, partialFolder), nowEpochMs);
  noteSwept(
    directoryAbsolute,
    [...keeps].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  );
  return { removed: summarize(removed), kept: summarize([...keeps]) };
}

function chooseKept(
  newestFirst: readonly EntryFile[],
  { olderThanMs, maxSizeBytes, nowEpochMs }: CleanOptions & { readonly nowEpochMs: number },
): ReadonlySet<EntryFile> {
  if (olderThanMs === undefined && maxSizeBytes === undefined) return new Set();
  const kept = new Set<EntryFile>();
  let sizeBytes = 0;
  for (const entry of newestFirst) {
    if (olderThanMs !== undefined && nowEpochMs - entry.usedAtMs > olderThanMs) break;
    sizeBytes += entry.sizeBytes;
    if (maxSizeBytes !== undefined && sizeBytes > maxSizeBytes) break;
    kept.add(entry);
  }
  return kept;
}

function removeAbandoned(directoryAbsolute: string, nowEpochMs: number): void {
  for (const name of listNames(directoryAbsolute)) {
    const absolute = join(directoryAbsolute, name);
    const stats = statSync(absolute, { throwIfNoEntry: false });
    if (stats !== undefined && nowEpochMs - stats.mtimeMs > abandonedAfterMs) removeIfPresent(absolute);
  }
}

function summarize(entries: readonly EntryFile[]): CacheStats {
  const times = entries.map(({ usedAtMs }) => usedAtMs);
  return {
    entries: entries.length,
    sizeBytes: entries.reduce((sum, entry) => sum + entry.sizeBytes, 0),
    oldestEpochMs: times.length === 0 ? null : times.reduce((a, b) => Math.min(a, b)),
    newestEpochMs: times.length === 0 ? null : times.reduce((a, b) => Math.max(a, b)),
  };
}
