import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isAlive } from './is-alive.ts';

/** Starting a daemon takes well under a second; whoever holds the lock for longer has failed. */
const maxAgeMs = 10_000;

/**
 * Takes the lock, or says that somebody else has it. A lock whose owner is gone is taken over. Should two processes take
 * over the same one, two daemons start, of which one stays known and the other leaves when it is idle.
 */
export function takeLock(file: string, nowEpochMs: number): boolean {
  if (tryToTake(file)) return true;
  if (!isStale(file, nowEpochMs)) return false;
  rmSync(file, { force: true });
  return tryToTake(file);
}

export function releaseLock(file: string): void {
  rmSync(file, { force: true });
}

function tryToTake(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isStale(file: string, nowEpochMs: number): boolean {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    // An empty file is one whose owner is about to write.
    const isOwnerGone = pid > 0 && !isAlive(pid);
    return isOwnerGone || nowEpochMs - statSync(file).mtimeMs > maxAgeMs;
  } catch {
    // Gone meanwhile.
    return true;
  }
}
