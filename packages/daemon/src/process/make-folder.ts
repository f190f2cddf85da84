import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** For this user alone, with those on the way to it. Throws the cause where it cannot be made, which Node calls ENOENT. */
export function makeFolder(folderAbsolute: string): void {
  try {
    mkdirSync(folderAbsolute, { recursive: true, mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(findFirstMissing(folderAbsolute), { mode: 0o700 });
    throw error;
  }
}

function findFirstMissing(folderAbsolute: string): string {
  const parent = dirname(folderAbsolute);
  return parent === folderAbsolute || existsSync(parent) ? folderAbsolute : findFirstMissing(parent);
}
