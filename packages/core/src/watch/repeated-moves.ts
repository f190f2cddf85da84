import type { WorkspacePath } from '../ids.ts';

/** A person saves the same file a few times while a long task runs; tasks do it each time. */
const toleratedInterrupts = 3;
const toleratedRounds = 6;
const longestDelayMs = 60_000;

/**
 * Tells a person's edits from what tasks do to their own inputs, as far as that can be told: nobody says who wrote a
 * file. A path that moved while tasks ran, in one round after the other, soon stops interrupting them, since the very
 * task that writes it would never come to its end; and where it goes on and on, each next round waits longer, up to a
 * minute. No move is ever lost: at the latest the next round takes it in. Idempotent tasks never come here, because a
 * file that is written with the same content has not moved.
 */
export class RepeatedMoves {
  readonly #streaks = new Map<WorkspacePath, number>();
  readonly #thisRound = new Set<WorkspacePath>();

  note(paths: readonly WorkspacePath[], { whileRunning }: { readonly whileRunning: boolean }): void {
    for (const path of paths) {
      if (!whileRunning) this.#streaks.delete(path);
      else if (!this.#thisRound.has(path)) {
        this.#streaks.set(path, (this.#streaks.get(path) ?? 0) + 1);
        this.#thisRound.add(path);
      }
    }
  }

  /** A round has ended, by itself or by an interrupt: what did not move in it has come to rest. */
  endRound(): void {
    for (const path of this.#streaks.keys()) if (!this.#thisRound.has(path)) this.#streaks.delete(path);
    this.#thisRound.clear();
  }

  mayInterrupt(path: WorkspacePath): boolean {
    return (this.#streaks.get(path) ?? 0) <= toleratedInterrupts;
  }

  /** How long a round waits that only these paths ask for. */
  delayMs(paths: Iterable<WorkspacePath>): number {
    const delays = [...paths].map((path) => delayAfter(this.#streaks.get(path) ?? 0));
    return delays.length === 0 ? 0 : Math.min(...delays);
  }
}

function delayAfter(streak: number): number {
  return streak <= toleratedRounds ? 0 : Math.min(longestDelayMs, 1000 * 2 ** (streak - toleratedRounds - 1));
}
