import type { Clock } from '@larder/core';
import type { Schedule } from './run-store.ts';

/** Ten frames a second: more is not seen, and costs. */
const minFrameMs = 100;

export interface FrameRequest {
  /** What `again` was called with last; 0 before that. */
  readonly turn: number;
  readonly draw: () => void;
  readonly again: (turn: number) => void;
}

/**
 * Draws after a rest at once, so that a key is answered at once, and otherwise asks to be asked again when the time has
 * come: whether events or keys want frames, there are no more than ten a second.
 */
export class FramePacer {
  readonly #clock: Clock;
  readonly #schedule: Schedule;
  #drawnAt = 0;
  #turn = -1;
  #cancel: (() => void) | null = null;

  constructor(clock: Clock, schedule: Schedule) {
    this.#clock = clock;
    this.#schedule = schedule;
  }

  /** Throws what `draw` throws. `again` is called once, however often this is called until then, with the next turn. */
  request({ turn, draw, again }: FrameRequest): void {
    const leftMs = this.#drawnAt + minFrameMs - this.#clock.now();
    if (turn === this.#turn && leftMs > 0) {
      this.#cancel ??= this.#schedule(() => {
        this.#cancel = null;
        again(turn + 1);
      }, leftMs);
      return;
    }
    this.close();
    this.#turn = turn;
    this.#drawnAt = this.#clock.now();
    draw();
  }

  /** Asks for nothing more. */
  close(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
