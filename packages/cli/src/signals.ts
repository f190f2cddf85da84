import { exitCodes } from './exit-codes.ts';

export interface Signals {
  readonly signal: AbortSignal;
  readonly abort: () => void;
}

const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * The first Ctrl-C (or termination signal) aborts the run: nothing more starts, running tasks are ended
 * with all their processes. A second one leaves at once.
 */
export function listenToSignals(process: NodeJS.Process): Signals {
  const controller = new AbortController();
  const abort = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort();
  };
  for (const name of endingSignals) process.on(name, abort);
  return { signal: controller.signal, abort };
}
