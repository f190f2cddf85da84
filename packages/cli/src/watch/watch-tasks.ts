import type { Reporter, TaskGraph, TaskId, TaskOutcome, WatchedTasks } from '@larder/core';
import type { RestartWish } from '@larder/runner';
import { LiveTasks } from './live-tasks.ts';
import { WatchControl } from './watch-control.ts';
import type { WatchRoundsParts } from './watch-rounds.ts';
import { WatchStandings } from './watch-standings.ts';

type WatchTasksParts = Pick<WatchRoundsParts, 'current' | 'display' | 'keys' | 'onNews'>;

/** What is known of watched tasks from round to round: their processes, where they stand, and what a person wants of them. */
export class WatchTasks {
  readonly live: LiveTasks;
  readonly standings: WatchStandings;
  readonly control: WatchControl;
  /** Told of every event of a round. Standings first: what follows relies on them. */
  readonly reporter: Reporter;
  readonly #parts: WatchTasksParts;
  readonly #restarts = new Map<TaskId, RestartWish>();

  constructor(signal: AbortSignal, parts: WatchTasksParts) {
    this.#parts = parts;
    const { current, display } = parts;
    this.live = new LiveTasks({
      spawn: current().session.spawn,
      hashOf: (task) => current().hasher.hashOf(task),
      onIdleOutput: (task, stream, chunk) => display.passOutput(task, stream, chunk),
      onIdleEnd: (task, { exitCode }) => this.#noteEnd(task, exitCode, `has ended with exit code ${exitCode}`),
      onFresh: (task) => this.control.noteFresh(task),
      signal,
    });
    this.standings = new WatchStandings({
      isAlive: (task) => this.live.has(task),
      onOnlyContinuousLeft: (tasks) => this.live.release(tasks),
    });
    this.control = new WatchControl({
      live: this.live,
      taskGraph: () => current().taskGraph,
      standingOf: (task) => this.standings.of(task),
      onWish: (task, { withInput }) => this.#wish(task, withInput),
      onStopped: (task) => this.#noteEnd(task, 0, 'was stopped'),
    });
    this.reporter = {
      onEvent: (event) => {
        this.standings.reporter.onEvent(event);
        this.control.reporter.onEvent(event);
      },
      close: async () => {},
    };
    parts.keys.give(this.control, (task) => this.live.has(task));
  }

  /** Tasks that a person wants executed by the next round. */
  get restarts(): ReadonlyMap<TaskId, RestartWish> {
    return this.#restarts;
  }

  /** The same, for the round that fulfils the wishes. */
  takeRestarts(): ReadonlyMap<TaskId, RestartWish> {
    const taken = new Map(this.#restarts);
    this.#restarts.clear();
    return taken;
  }

  describe(outdated: ReadonlySet<TaskId>): WatchedTasks {
    const { taskGraph } = this.#parts.current();
    return { taskGraph, outdated, standingOf: (task) => this.standings.of(task) };
  }

  /** Forgets the tasks that are no more. */
  keepOnly(taskGraph: TaskGraph): void {
    for (const task of this.#restarts.keys()) if (!taskGraph.tasks.has(task)) this.#restarts.delete(task);
    this.standings.keepOnly(taskGraph);
  }

  /** A round that goes on comes to its end before. */
  #wish(task: TaskId, withInput: boolean): void {
    const outcome = this.standings.outcomeOf(task);
    const failedAttempts = outcome?.kind === 'failed' ? outcome.attempts : 0;
    this.#restarts.set(task, { withInput, failedAttempts, hash: this.#parts.current().hasher.hashOf(task) });
    this.#parts.onNews();
  }

  /** A server has ended while no round followed it. */
  #noteEnd(task: TaskId, exitCode: number, text: string): void {
    const times = { durationMs: 0, attempts: 1 };
    const outcome: TaskOutcome =
      exitCode === 0 ? { kind: 'executed', ...times } : { kind: 'failed', exitCode, ...times };
    this.standings.noteEnded(task, outcome);
    this.#parts.display.noteEnded(task, outcome);
    this.#parts.display.say(`${task} ${text}.`);
  }
}
