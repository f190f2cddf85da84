import { readdirSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { parseTaskHash, type TaskHash } from '@larder/core';
import { placePath } from '../outputs/place-path.ts';

/**
 * How a local store lies on disk: `v1/<two hex digits>/<hash>`, one file for each artifact, and
 * `v1/partial/<unique>` for what is being written. The version changes with this layout.
 */
export const layoutFolder = 'v1';
export const partialFolder = 'partial';

export interface EntryFile {
  readonly hash: TaskHash;
  readonly absolute: string;
  readonly sizeBytes: number;
  /** When it was stored or last used, to about a day. */
  readonly usedAtMs: number;
}

export function entryFileOf(directoryAbsolute: string, hash: TaskHash): string {
  return placePath(directoryAbsolute, `${layoutFolder}/${hash.slice(0, 2)}/${hash}`);
}

/** All entries, in any order. Entries that vanish meanwhile are left out. */
export function listEntryFiles(directoryAbsolute: string): readonly EntryFile[] {
  const layout = join(directoryAbsolute, layoutFolder);
  return listNames(layout)
    .filter((shard) => /^[0-9a-f]{2}$/.test(shard))
    .flatMap((shard) => listNames(join(layout, shard)).map((name) => readEntryFile(join(layout, shard, name), name)))
    .filter((entry) => entry !== null);
}

/** Names in a folder; none where there is no such folder. */
export function listNames(directoryAbsolute: string): readonly string[] {
  try {
    return readdirSync(directoryAbsolute);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function readEntryFile(absolute: string, name: string): EntryFile | null {
  const hash = parseTaskHash(name);
  const stats: Stats | undefined = hash === null ? undefined : statSync(absolute, { throwIfNoEntry: false });
  if (hash === null || stats === undefined) return null;
  return { hash, absolute, sizeBytes: stats.size, usedAtMs: stats.mtimeMs };
}
