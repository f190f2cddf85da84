import type { WatchMoves } from './watch-moves.ts';

export interface RoundDelayParts {
  readonly moves: WatchMoves;
  readonly say: (text: string) => void;
  readonly onOver: () => void;
}

/** Holds rounds back that only such files ask for as the tasks themselves change again and again. */
export class RoundDelay {
  readonly #parts: RoundDelayParts;
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: RoundDelayParts) {
    this.#parts = parts;
  }

  get isOn(): boolean {
    return this.#timer !== null;
  }

  /** Whether the next round has to wait, which is told. Ends the last delay. */
  holdsBack({ sinceRoundMs }: { readonly sinceRoundMs: number }): boolean {
    this.close();
    const wait = this.#parts.moves.findRepeatedWait();
    const delayMs = (wait?.delayMs ?? 0) - sinceRoundMs;
    if (wait === null || delayMs <= 0) return false;
    this.#timer = setTimeout(this.#parts.onOver, delayMs);
    const named = [...new Set(wait.paths)].slice(0, 3).join(', ');
    this.#parts.say(
      `${named} changes each time its tasks run: the next run waits ${Math.ceil(delayMs / 1000)} s. Declare it as an output, or leave it out of the inputs.`,
    );
    return true;
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
