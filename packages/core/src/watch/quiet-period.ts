/** A save is a handful of files; more than that is a checkout, an install or a generator, and goes on for a while. */
const fewPaths = 16;
const quietAfterFewMs = 20;
const quietAfterManyMs = 250;
const longestWaitMs = 2_000;
/** A git that was killed leaves its lock behind. */
const longestLockWaitMs = 10_000;
const lookAtLockEveryMs = 25;

export interface ChangeBurst {
  /** Different paths so far. */
  readonly paths: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly nowMs: number;
  /** Whether git is at work on the files, as far as can be seen. */
  readonly gitIsBusy: boolean;
}

/**
 * When to look whether a burst of changes is over; if that is not later than now, it is. A quiet period ends it, which
 * is short after a save and longer after many paths, but never later than a while after its first change. While git
 * writes files, quiet says nothing.
 */
export function decideBatchEnd({ paths, firstAtMs, lastAtMs, nowMs, gitIsBusy }: ChangeBurst): number {
  if (gitIsBusy) return Math.min(nowMs + lookAtLockEveryMs, firstAtMs + longestLockWaitMs);
  const quietMs = paths <= fewPaths ? quietAfterFewMs : quietAfterManyMs;
  return Math.min(lastAtMs + quietMs, firstAtMs + longestWaitMs);
}
