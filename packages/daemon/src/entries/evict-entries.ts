import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface EvictOptions {
  readonly maxBytes: number;
  readonly maxAgeMs: number;
  readonly nowEpochMs: number;
}

/** A partial file that has not been written to for this long belongs to a process that is gone. */
const partialAgeMs = 6 * 60 * 60 * 1000;

/** Removes what was not used for longest from all folders of entries below `folderAbsolute`, down to the limits. */
export async function evictEntries(folderAbsolute: string, options: EvictOptions): Promise<void> {
  const files = (await listFiles(folderAbsolute)).toSorted((a, b) => b.usedEpochMs - a.usedEpochMs);
  let keptBytes = 0;
  for (const { path, sizeBytes, usedEpochMs } of files) {
    const ageMs = options.nowEpochMs - usedEpochMs;
    const isPartial = path.endsWith('.partial');
    if (!isPartial) keptBytes += sizeBytes;
    const isOver = keptBytes > options.maxBytes || ageMs > options.maxAgeMs;
    if (isPartial ? ageMs > partialAgeMs : isOver) await rm(path, { force: true });
  }
}

async function listFiles(folder: string) {
  const found: { readonly path: string; readonly sizeBytes: number; readonly usedEpochMs: number }[] = [];
  for (const each of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!each.isFile()) continue;
    const path = join(each.parentPath, each.name);
    const facts = await stat(path).catch(() => null);
    if (facts !== null) found.push({ path, sizeBytes: facts.size, usedEpochMs: facts.mtimeMs });
  }
  return found;
}
