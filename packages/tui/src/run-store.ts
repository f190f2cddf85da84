import type { Clock, RunEvent } from '@larder/core';
import { initialView, reduceView, type RunView } from '@larder/report';
import type { Snapshot } from './snapshot.ts';

/** Runs the callback once after so many milliseconds; the result cancels it. */
export type Schedule = (callback: () => void, delayMs: number) => () => void;

const minFrameMs = 100;
const maxFrameMs = 500;
const tickMs = 1000;
/** The rest meant to follow a frame, in multiples of its own drawing time. Not a bound on measured CPU. */
const restPerFrame = 19;

/**
 * Takes events as fast as they come and publishes snapshots at most ten times a second, less often
 * (down to twice) where drawing is slow: after a change, and once a second while the run lasts, for
 * the elapsed time.
 */
export class RunStore {
  readonly #clock: Clock;
  readonly #schedule: Schedule;
  readonly #listeners = new Set<() => void>();
  #view: RunView = initialView();
  #snapshot: Snapshot = { view: this.#view, nowMs: 0 };
  #startedAt: number;
  #publishedAt = -Infinity;
  #framePending = false;
  #publishing = false;
  /** What the last snapshot has cost so far. */
  #drawnMs = 0;
  #cancelFrame: () => void = () => {};
  #cancelTick: () => void = () => {};

  constructor(clock: Clock, schedule: Schedule) {
    this.#clock = clock;
    this.#schedule = schedule;
    this.#startedAt = clock.now();
  }

  get view(): RunView {
    return this.#view;
  }

  onEvent(event: RunEvent): void {
    if (event.type === 'run-started') this.#startedAt = this.#clock.now() - event.at;
    this.#view = reduceView(this.#view, event);
    if (this.#framePending) return;
    this.#framePending = true;
    const sincePublished = this.#clock.now() - this.#publishedAt;
    this.#cancelFrame = this.#schedule(this.#publish, Math.max(0, this.#frameDistanceMs() - sincePublished));
  }

  /** Tells of drawing that was put off until after the listeners had returned. */
  noteFrameCost(durationMs: number): void {
    if (!this.#publishing) this.#drawnMs += durationMs;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The same object until the next frame, as React asks. */
  readonly getSnapshot = (): Snapshot => this.#snapshot;

  /** Publishes nothing more. */
  close(): void {
    this.#cancelFrame();
    this.#cancelTick();
    this.#listeners.clear();
  }

  readonly #publish = (): void => {
    this.#cancelFrame();
    this.#cancelTick();
    this.#framePending = false;
    const now = this.#clock.now();
    this.#publishedAt = now;
    this.#snapshot = { view: this.#view, nowMs: now - this.#startedAt };
    if (this.#view.finished === null) this.#cancelTick = this.#schedule(this.#publish, tickMs);
    this.#publishing = true;
    try {
      for (const listener of this.#listeners) listener();
    } finally {
      this.#publishing = false;
      this.#drawnMs = this.#clock.now() - now;
    }
  };

  #frameDistanceMs(): number {
    return Math.min(maxFrameMs, Math.max(minFrameMs, this.#drawnMs * (1 + restPerFrame)));
  }
}
