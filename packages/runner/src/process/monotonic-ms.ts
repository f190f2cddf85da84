/** Milliseconds by a clock that never goes back. Loads nothing, as the global `performance` would for a millisecond. */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
