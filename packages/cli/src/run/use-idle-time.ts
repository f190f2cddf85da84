import type { DebugLog, EarlyWork, Reporter } from '@larder/core';

export interface IdleTime {
  /** Calls back when what waits has been heard: `setImmediate`. */
  readonly later: (next: () => void) => void;
  readonly log: DebugLog;
}

/**
 * Does work while the first task of a run executes, in which there is nothing else to do, instead of at the end of the
 * run, where everybody waits for it. Piece by piece, so that what the task says is heard in between. A run that executes
 * nothing does none of it, and what is left when the run is over is left out.
 */
export function useIdleTime(listWork: () => readonly EarlyWork[], { later, log }: IdleTime): Reporter {
  let waiting: EarlyWork[] | null = null;
  const doNext = async (): Promise<void> => {
    const next = waiting?.shift();
    if (next === undefined) return;
    try {
      await next();
    } catch (error) {
      log(`what could be done ahead was not: ${String(error)}`);
    }
    proceed();
  };
  const proceed = (): void => {
    if (waiting !== null && waiting.length > 0) later(() => void doNext());
  };
  return {
    onEvent: (event) => {
      if (waiting !== null || event.type !== 'task-started') return;
      waiting = [...listWork()];
      proceed();
    },
    close: async () => {
      waiting = [];
    },
  };
}
