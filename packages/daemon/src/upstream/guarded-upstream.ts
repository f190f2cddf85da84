import { GivenUp } from '../lookup.ts';
import { UpstreamTrouble, type Upstream } from './upstream.ts';

/** Failures in a row after which a server counts as down. */
const threshold = 2;
const downForMs = 30_000;
/** A token that may not write now hardly may a minute later. */
const refusedForMs = 10 * 60_000;

class Breaker {
  #failures = 0;
  #openUntil = 0;

  isOpen(now: number): boolean {
    return now < this.#openUntil;
  }

  succeed(): void {
    this.#failures = 0;
  }

  fail(trouble: UpstreamTrouble, now: number): void {
    if (trouble.reach === 'direction') this.#openUntil = now + refusedForMs;
    if (trouble.reach === 'silent') this.#openUntil = now + downForMs;
    if (trouble.reach !== 'server') return;
    this.#failures += 1;
    if (this.#failures >= threshold) this.#openUntil = now + downForMs;
  }
}

/**
 * Leaves a server alone for a while after it failed, so that a run does not wait out a deadline for every task. Reads
 * are misses meanwhile, writes are given up; each direction by itself, because a reader's token may still read.
 */
export function guardUpstream(upstream: Upstream, now: () => number): Upstream {
  const reads = new Breaker();
  const writes = new Breaker();
  const watch = async <Result>(breaker: Breaker, signal: AbortSignal, work: () => Promise<Result>): Promise<Result> => {
    try {
      const result = await work();
      breaker.succeed();
      return result;
    } catch (error) {
      // What was given up here says nothing about the server.
      if (error instanceof UpstreamTrouble && !(signal.reason instanceof GivenUp)) breaker.fail(error, now());
      throw error;
    }
  };
  return {
    read: async (key, signal) =>
      reads.isOpen(now()) ? null : await watch(reads, signal, () => upstream.read(key, signal)),
    write: async (key, entry, signal) => {
      if (writes.isOpen(now())) throw new UpstreamTrouble('request', 'uploads wait until the server is tried again');
      await watch(writes, signal, () => upstream.write(key, entry, signal));
    },
    close: () => upstream.close(),
  };
}
