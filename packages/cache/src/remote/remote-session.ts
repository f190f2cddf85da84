import { StoreError, type DebugLog } from '@larder/core';
import { CircuitBreaker, type Direction } from './circuit-breaker.ts';
import { chooseDelay, type Pacing } from './pacing.ts';
import { describeFailure, type RemoteFailure } from './remote-failure.ts';

export interface RemoteSessionOptions {
  readonly maxAttempts: number;
  /** Failures in a row after which the remote is given up for the rest of the run. */
  readonly failureThreshold: number;
  readonly pacing: Pacing;
  readonly log: DebugLog;
}

/** What the requests of one run have in common: how often they are tried, and when no more are made. */
export class RemoteSession {
  readonly #options: RemoteSessionOptions;
  readonly #breaker: CircuitBreaker;

  constructor(options: RemoteSessionOptions) {
    this.#options = options;
    this.#breaker = new CircuitBreaker(options.failureThreshold);
  }

  /** Tries until it succeeds, cannot succeed or was tried often enough. Rejects with a `StoreError`, or when `signal` aborts. */
  async run<Result>(direction: Direction, signal: AbortSignal, attempt: () => Promise<Result>): Promise<Result> {
    for (let attempts = 1; ; attempts += 1) {
      this.refuseIfOpen(direction);
      signal.throwIfAborted();
      try {
        const result = await attempt();
        this.#breaker.succeed(direction);
        return result;
      } catch (error) {
        signal.throwIfAborted();
        await this.#waitOrGiveUp(direction, { failure: describeFailure(error), attempts }, signal);
      }
    }
  }

  /** For a body that broke off: waits before the next attempt, or throws what is to be reported. */
  async recover(direction: Direction, error: unknown, { attempts, signal }: RecoverOptions): Promise<void> {
    signal.throwIfAborted();
    await this.#waitOrGiveUp(direction, { failure: describeFailure(error), attempts }, signal);
  }

  refuseIfOpen(direction: Direction): void {
    if (!this.#breaker.isOpen(direction)) return;
    throw new StoreError('remote-circuit-open', `no more ${direction}s are tried in this run`);
  }

  async #waitOrGiveUp(
    direction: Direction,
    { failure, attempts }: { readonly failure: RemoteFailure; readonly attempts: number },
    signal: AbortSignal,
  ): Promise<void> {
    const { maxAttempts, pacing, log } = this.#options;
    const mayRetry = failure.canRetry && attempts < maxAttempts && !this.#breaker.isOpen(direction);
    const delayMs = mayRetry ? chooseDelay(attempts - 1, failure.retryAfterMs, pacing.random) : null;
    if (delayMs === null) {
      this.#breaker.fail(direction, failure.reach);
      throw failure.error;
    }
    log(`remote ${direction}, attempt ${attempts}: ${failure.error.message}; next in ${Math.round(delayMs)} ms`);
    await pacing.sleep(delayMs, signal);
  }
}

export interface RecoverOptions {
  readonly attempts: number;
  readonly signal: AbortSignal;
}
