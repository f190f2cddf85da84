/** A save is a handful of files; more than that is a checkout, an install or a generator, and goes on for a while. */
const fewPaths = 16;
const quietAfterFewMs = 20;
const quietAfterManyMs = 250;
const longestWaitMs = 2_000;
/** A git that was killed leaves its lock behind. */
const longestLockWaitMs = 10_000;

export interface ChangeBurst {
  /** Different paths so far. */
  readonly paths: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** Whether git is at work on the files, as far as can be seen. */
  readonly gitIsBusy: boolean;
}

/**
 * When a burst of changes is taken as one: after a quiet period, which is short after a save and longer after many
 * paths, but never later than a while after its first change. The same clock as the burst's times.
 */
export function decideBatchEnd({ paths, firstAtMs, lastAtMs, gitIsBusy }: ChangeBurst): number {
  const quietMs = paths <= fewPaths && !gitIsBusy ? quietAfterFewMs : quietAfterManyMs;
  return Math.min(lastAtMs + quietMs, firstAtMs + (gitIsBusy ? longestLockWaitMs : longestWaitMs));
}
