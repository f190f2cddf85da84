import { unlinkSync } from 'node:fs';

/** Unlike `rmSync`, whose error has no code where the file system is read-only, it says what kept it from it. */
export function removeIfPresent(absolute: string): void {
  try {
    unlinkSync(absolute);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
