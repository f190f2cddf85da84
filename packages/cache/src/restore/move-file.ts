import { constants, copyFileSync, lstatSync, readlinkSync, renameSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { uniqueName } from '../store/unique-name.ts';

/**
 * Puts a file or a link in the place of whatever file or link is there, at one moment. A project's folder or `.larder`
 * may be a volume of its own: then it is copied beside its place first.
 */
export function moveFile(staged: string, absolute: string): void {
  try {
    renameSync(staged, absolute);
  } catch (error) {
    if (!isOtherFileSystem(error)) throw error;
    moveAcross(staged, absolute);
  }
}

export function isOtherFileSystem(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EXDEV';
}

function moveAcross(staged: string, absolute: string): void {
  const beside = `${dirname(absolute)}/.${uniqueName()}.larder`;
  try {
    if (lstatSync(staged).isSymbolicLink()) symlinkSync(readlinkSync(staged), beside);
    else copyFileSync(staged, beside, constants.COPYFILE_EXCL);
    renameSync(beside, absolute);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
  unlinkSync(staged);
}
