import { setTimeout } from 'node:timers/promises';

/** Time and chance of a remote store, so that tests neither wait nor guess. */
export interface Pacing {
  /** Waits; rejects when the signal aborts. */
  readonly sleep: (delayMs: number, signal: AbortSignal) => Promise<void>;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
}

export const realPacing: Pacing = {
  sleep: async (delayMs, signal) => {
    await setTimeout(delayMs, undefined, { signal });
  },
  random: Math.random,
};

const firstDelayMs = 100;
const longestDelayMs = 2_000;
const longestRetryAfterMs = 5_000;

/**
 * How long to wait before the next attempt: full jitter (a uniform share of a bound that doubles), and
 * at least what the server asked for. Null where it asked for more than a run should wait.
 */
export function chooseDelay(attempt: number, retryAfterMs: number | null, random: () => number): number | null {
  if (retryAfterMs !== null && retryAfterMs > longestRetryAfterMs) return null;
  const jitterMs = random() * Math.min(longestDelayMs, firstDelayMs * 2 ** attempt);
  return (retryAfterMs ?? 0) + jitterMs;
}

/** `Retry-After` (RFC 9110, 10.2.3) in milliseconds from now: seconds or a date. Null where it is neither. */
export function parseRetryAfter(value: string | undefined, nowEpochMs: number): number | null {
  if (value === undefined) return null;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const epochMs = Date.parse(value);
  return Number.isNaN(epochMs) ? null : Math.max(0, epochMs - nowEpochMs);
}
