import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ignoringCode } from './file-errors.ts';
import type { ScannedFile } from './space.ts';
import { walkFiles } from './walk-files.ts';

const statsAtOnce = 32;

/** All entry files below a folder with size and last use. Null where `isStopped` says so in the middle. */
export async function scanEntries(
  folderAbsolute: string,
  isStopped: () => boolean,
): Promise<readonly ScannedFile[] | null> {
  const found: ScannedFile[] = [];
  let batch: string[] = [];
  const flush = async (): Promise<void> => {
    const files = await Promise.all(batch.map((path) => scanFile(folderAbsolute, path)));
    for (const file of files) if (file !== null) found.push(file);
    batch = [];
  };
  for await (const path of walkFiles(folderAbsolute)) {
    batch.push(path);
    if (batch.length >= statsAtOnce) await flush();
    if (isStopped()) return null;
  }
  await flush();
  return found;
}

/** The time of modification is the time of the last use: entries are never modified. */
async function scanFile(folderAbsolute: string, path: string): Promise<ScannedFile | null> {
  const stats = await ignoringCode('ENOENT', stat(join(folderAbsolute, path)));
  return stats === null ? null : { path, sizeBytes: stats.size, usedAtEpochMs: stats.mtimeMs };
}
