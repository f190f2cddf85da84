import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Larder's folder without the file that keeps it out of git: Nx's daemon stops itself when a `.gitignore` appears, and
 * the run that it serves fails.
 */
export function makeStateFolder(workspaceRootAbsolute: string): void {
  mkdirSync(join(workspaceRootAbsolute, '.larder', 'state'), { recursive: true });
}

/** Adds that file, when the run needs Nx's daemon no more. */
export function ignoreStateFolder(workspaceRootAbsolute: string): void {
  try {
    writeFileSync(join(workspaceRootAbsolute, '.larder', '.gitignore'), '*\n', { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
