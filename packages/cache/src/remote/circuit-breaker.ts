/** Reads and writes break apart: a server that is full or a token that may only read still gives hits. */
export type Direction = 'read' | 'write';

/** How far a failure reaches beyond its own request. */
export type FailureReach =
  /** The server works; it did not want this one. */
  | 'request'
  /** Counts: several in a row open the circuit. */
  | 'counted'
  /** No request of this direction can succeed any more. */
  | 'direction'
  /** No request can. */
  | 'everything';

/** Once open it stays open: a run is short, and every further attempt would cost a timeout. */
export class CircuitBreaker {
  readonly #threshold: number;
  readonly #failures: Record<Direction, number> = { read: 0, write: 0 };

  constructor(threshold: number) {
    this.#threshold = threshold;
  }

  isOpen(direction: Direction): boolean {
    return this.#failures[direction] >= this.#threshold;
  }

  succeed(direction: Direction): void {
    if (!this.isOpen(direction)) this.#failures[direction] = 0;
  }

  fail(direction: Direction, reach: FailureReach): void {
    switch (reach) {
      case 'request':
        return this.succeed(direction);
      case 'counted':
        this.#failures[direction] += 1;
        return;
      case 'direction':
        this.#failures[direction] = this.#threshold;
        return;
      case 'everything':
        this.#failures.read = this.#threshold;
        this.#failures.write = this.#threshold;
    }
  }
}
