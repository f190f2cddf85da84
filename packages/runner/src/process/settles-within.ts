import { setTimeout as delay } from 'node:timers/promises';

/** Whether a promise settles in time. Leaves no timer behind. A rejection counts as settled. */
export async function settlesWithin(promise: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  const timer = new AbortController();
  const timeout = delay(timeoutMs, false, { signal: timer.signal }).catch(() => false);
  const settled = promise.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([settled, timeout]);
  } finally {
    timer.abort();
  }
}
