import type { Clock, RunEvent, TaskId } from '@larder/core';
import {
  forecastTasks,
  initialView,
  reduceView,
  scrollBackBounds,
  type RunView,
  type TaskForecast,
} from '@larder/report';
import type { Snapshot } from './snapshot.ts';

/** Runs the callback once after so many milliseconds; the result cancels it. */
export type Schedule = (callback: () => void, delayMs: number) => () => void;

const minFrameMs = 100;
const maxFrameMs = 500;
const tickMs = 1000;
/**
 * The rest that follows a frame, in multiples of its own drawing time, where that is more than `minFrameMs`. A frame takes about
 * four times that, with React and V8's threads: so all of it stays below a twentieth of a core.
 */
const restPerFrame = 99;

/**
 * Takes events as fast as they come and publishes snapshots at most ten times a second, less often
 * (down to twice) where drawing is slow: after a change, and once a second while the run lasts, for
 * the elapsed time.
 */
export class RunStore {
  readonly #clock: Clock;
  readonly #schedule: Schedule;
  readonly #listeners = new Set<() => void>();
  #view: RunView = initialView(scrollBackBounds);
  /** Null until the next frame: the run begins before anybody looks at its graph. */
  #forecasts: ReadonlyMap<TaskId, TaskForecast> | null = null;
  #snapshot: Snapshot = { view: this.#view, nowMs: 0, forecasts: new Map() };
  #startedAt: number;
  #publishedAt = -Infinity;
  #framePending = false;
  /** What drawing the last snapshot took. */
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
    this.#view = reduceView(this.#view, event);
    if (event.type === 'run-started') {
      this.#startedAt = this.#clock.now() - event.at;
      this.#forecasts = null;
    }
    if (this.#framePending) return;
    this.#framePending = true;
    const sincePublished = this.#clock.now() - this.#publishedAt;
    this.#cancelFrame = this.#schedule(this.#publish, Math.max(0, this.#frameDistanceMs() - sincePublished));
  }

  /** Says what drawing the snapshot took. */
  noteFrameCost(durationMs: number): void {
    this.#drawnMs = durationMs;
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
    this.#forecasts ??= forecastTasks(this.#view.tasks);
    this.#snapshot = { view: this.#view, nowMs: now - this.#startedAt, forecasts: this.#forecasts };
    if (this.#view.finished === null) this.#cancelTick = this.#schedule(this.#publish, tickMs);
    for (const listener of this.#listeners) listener();
  };

  #frameDistanceMs(): number {
    return Math.min(maxFrameMs, Math.max(minFrameMs, this.#drawnMs * (1 + restPerFrame)));
  }
}
