import type { Clock } from '@larder/core';

export interface FakeClock extends Clock {
  /** Moves both clocks on. */
  advance(ms: number): void;
}

/** Stands still until it is told to move. Starts at 0, at midnight of 1 January 2030 UTC unless told otherwise. */
export function createFakeClock(startEpochMs: number = Date.UTC(2030, 0, 1)): FakeClock {
  let passedMs = 0;
  return {
    now: () => passedMs,
    epochMs: () => startEpochMs + passedMs,
    advance: (ms) => {
      passedMs += ms;
    },
  };
}
