import { exitCodes } from './exit-codes.ts';

export interface Signals {
  readonly signal: AbortSignal;
  readonly abort: () => void;
  /** Aborts before a request that is known to come, which then counts as the first. */
  readonly abortAhead: () => void;
}

const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** One Ctrl-C can arrive twice: from the terminal, and passed on by whoever started us. */
const sameRequestMs = 300;

/**
 * The first Ctrl-C (or termination signal) aborts the run: nothing more starts, running tasks are ended
 * with all their processes. A second one leaves at once.
 */
export function listenToSignals(process: NodeJS.Process): Signals {
  const controller = new AbortController();
  const abortAhead = (): void => controller.abort();
  let firstAt: number | null = null;
  const abort = (): void => {
    if (firstAt === null) {
      firstAt = performance.now();
      controller.abort();
    } else if (performance.now() - firstAt > sameRequestMs) process.exit(exitCodes.interrupted);
  };
  for (const name of endingSignals) process.on(name, abort);
  return { signal: controller.signal, abort, abortAhead };
}
