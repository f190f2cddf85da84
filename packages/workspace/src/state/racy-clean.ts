import { mkdirSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Longer than a tick of the clocks that stamp files (at most 10 ms on Linux), with room for delays. */
const fineMarginMs = 100;
/** FAT stamps in steps of two seconds, some network file systems in steps of one. */
const coarseMarginMs = 2_100;

/**
 * Whether a file that was seen at `observedMs` (on the file system's clock) may change afterwards and
 * show the same times: git calls such an entry racily clean, and reads its content again (git's
 * Documentation/technical/racy-git.txt). Times in the future count as racy too.
 */
export function isRacy(mtimeMs: number, ctimeMs: number, observedMs: number): boolean {
  const newestMs = Math.max(mtimeMs, ctimeMs);
  // Whole seconds mean a coarse clock, or a tool that set them; a second look costs little.
  const marginMs = newestMs % 1000 === 0 ? coarseMarginMs : fineMarginMs;
  return newestMs + marginMs > observedMs;
}

/**
 * How far the file system's clock is ahead of this process's, in milliseconds. They differ on
 * network shares and in containers over virtual machines. Null where nothing can be written.
 */
export function readFileSystemClockSkewMs(directoryAbsolute: string): number | null {
  const probe = join(directoryAbsolute, `clock-${process.pid}`);
  try {
    mkdirSync(directoryAbsolute, { recursive: true });
    writeFileSync(probe, '');
    // Read afterwards: a process that is held up in between takes too much for racy, and not too little.
    const skewMs = statSync(probe).mtimeMs - Date.now();
    unlinkSync(probe);
    return skewMs;
  } catch {
    // Read-only or full: the snapshot cannot be saved either, so nothing will rely on the answer.
    return null;
  }
}
