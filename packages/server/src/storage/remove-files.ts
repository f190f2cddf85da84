import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordFact } from '../server-event.ts';
import { systemErrorCode } from './file-errors.ts';

const removalsAtOnce = 32;

/** Removes files and tells how many there were. One that cannot be removed is recorded; the others go all the same. */
export async function removeFiles(
  folderAbsolute: string,
  paths: readonly string[],
  record: RecordFact,
): Promise<number> {
  let removed = 0;
  for (let start = 0; start < paths.length; start += removalsAtOnce) {
    const batch = paths.slice(start, start + removalsAtOnce);
    const results = await Promise.all(batch.map((path) => removeFile(join(folderAbsolute, path), record)));
    removed += results.filter(Boolean).length;
  }
  return removed;
}

async function removeFile(absolutePath: string, record: RecordFact): Promise<boolean> {
  try {
    await unlink(absolutePath);
    return true;
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') record({ type: 'storage-failed', detail: String(error) });
    return false;
  }
}
