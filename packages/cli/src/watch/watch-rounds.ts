import {
  decideInterrupt,
  decideRound,
  type AffectedReason,
  type Reporter,
  type TaskGraph,
  type TaskId,
  type TaskOutcome,
  type WatchedTasks,
} from '@larder/core';
import type { RestartWish } from '@larder/runner';
import type { Terminal } from '../terminal.ts';
import { LiveTasks } from './live-tasks.ts';
import { WatchControl } from './watch-control.ts';
import type { WatchLoopParts } from './watch-loop.ts';
import type { WatchMoves } from './watch-moves.ts';
import { WatchRound } from './watch-round.ts';
import { WatchStandings } from './watch-standings.ts';
import type { WatchedWorkspace } from './watched-workspace.ts';

export interface WatchRoundsParts extends WatchLoopParts {
  readonly moves: WatchMoves;
  /** As it is now. */
  readonly current: () => WatchedWorkspace;
  /** Something has happened that may make a round possible. */
  readonly onNews: () => void;
  readonly onError: (error: unknown) => void;
}

/** The rounds of a watch, one after the other, the processes that outlive them, and where each task stands by them. */
export class WatchRounds {
  readonly live: LiveTasks;
  readonly standings: WatchStandings;
  readonly #terminal: Terminal;
  readonly #parts: WatchRoundsParts;
  readonly #control: WatchControl;
  readonly #restarts = new Map<TaskId, RestartWish>();
  #round: WatchRound | null = null;
  #count = 0;
  #endedAtMs = -Infinity;
  #mustResume = false;
  #stopped: readonly TaskId[] = [];
  #cancelDelay: (() => void) | null = null;

  constructor(terminal: Terminal, parts: WatchRoundsParts) {
    this.#terminal = terminal;
    this.#parts = parts;
    const { current, display } = parts;
    this.live = new LiveTasks({
      spawn: current().session.spawn,
      hashOf: (task) => current().hasher.hashOf(task),
      onIdleOutput: (task, stream, chunk) => display.passOutput(task, stream, chunk),
      onIdleEnd: (task, { exitCode }) => this.#noteIdleEnd(task, exitCode),
      onFresh: (task) => this.#control.noteFresh(task),
      signal: terminal.signal,
    });
    this.standings = new WatchStandings({
      isAlive: (task) => this.live.has(task),
      onOnlyContinuousLeft: (tasks) => this.live.release(tasks),
    });
    this.#control = new WatchControl({
      live: this.live,
      taskGraph: () => current().taskGraph,
      standingOf: (task) => this.standings.of(task),
      onWish: (task, { withInput }) => this.#wish(task, withInput),
      onStopped: (task) => this.#tellEnd(task, 0, 'was stopped'),
    });
    parts.keys.give(this.#control, (task) => this.live.has(task));
  }

  get isRunning(): boolean {
    return this.#round !== null;
  }

  /** Something else than a change is awaited before the next round. */
  get isDelayed(): boolean {
    return this.#cancelDelay !== null;
  }

  /** Whether a round went on then, or had ended less than so long before. */
  wasRunning(atMs: number, lagMs: number): boolean {
    return this.#round !== null || atMs < this.#endedAtMs + lagMs;
  }

  /** Interrupts the round that goes on, if it works on what is no longer so. */
  async interruptIfStale(): Promise<void> {
    if (this.#round === null) return;
    const stopping = decideInterrupt(this.#describe(new Set(this.#parts.moves.listInterrupting().keys())));
    if (stopping !== null) await this.interrupt(stopping);
  }

  /** Ends the round that goes on, so that the next one can begin; only these tasks are really stopped. */
  async interrupt(stopping: readonly TaskId[]): Promise<void> {
    const round = this.#round;
    if (round === null) return;
    round.overtake();
    this.live.outdate(stopping);
    this.#stopped = stopping;
    this.#mustResume = true;
    await round.over;
    this.#end(round);
  }

  /** Starts a round where none goes on and there is something to do. */
  async start(): Promise<void> {
    if (this.#round !== null || this.#terminal.signal.aborted) return;
    const { moves, display } = this.#parts;
    const watched = this.#parts.current();
    const reasons = moves.listOutdated();
    const taskGraph = decideRound(this.#describe(this.#withUnfinished(reasons)));
    if (taskGraph.tasks.size === 0 || this.#mustWait()) return;
    const problems = await watched.hasher.startAgain(taskGraph);
    if (problems.length > 0) return display.tellProblems(problems, watched.session.rootAbsolute);
    this.#follow(this.#open(watched, taskGraph, reasons));
  }

  /** Forgets the tasks that are no more. */
  keepOnly(taskGraph: TaskGraph): void {
    for (const task of this.#restarts.keys()) if (!taskGraph.tasks.has(task)) this.#restarts.delete(task);
    this.standings.keepOnly(taskGraph);
  }

  /** Resolves when nothing of them is left. */
  async close(): Promise<void> {
    this.#cancelDelay?.();
    await Promise.all([this.#round?.closed, this.live.stopAll()]);
  }

  #open(watched: WatchedWorkspace, taskGraph: TaskGraph, reasons: ReadonlyMap<TaskId, AffectedReason>): WatchRound {
    this.#mustResume = false;
    this.#count += 1;
    const round = new WatchRound(this.#terminal, {
      ...this.#parts,
      watched,
      taskGraph,
      reasons,
      stopped: this.#stopped,
      restarts: new Map(this.#restarts),
      control: this.#parts.display.isInteractive ? this.#control : null,
      number: this.#count,
      live: this.live,
      reporter: this.#createReporter(),
    });
    this.#stopped = [];
    this.#restarts.clear();
    return round;
  }

  #follow(round: WatchRound): void {
    this.#round = round;
    const finish = (): void => {
      if (this.#round !== round) return;
      this.#parts.moves.note({ whileRunning: true });
      this.#end(round);
      this.#parts.onNews();
    };
    round.closed.then(finish, this.#parts.onError);
  }

  #end(round: WatchRound): void {
    if (this.#round !== round) return;
    this.#round = null;
    this.#endedAtMs = performance.now();
    this.#parts.moves.endRound();
  }

  #withUnfinished(reasons: ReadonlyMap<TaskId, AffectedReason>): ReadonlySet<TaskId> {
    const outdated = new Set([...reasons.keys(), ...this.#restarts.keys()]);
    if (!this.#mustResume) return outdated;
    for (const task of this.#parts.current().taskGraph.tasks.keys()) {
      if (this.standings.of(task) === 'cancelled') outdated.add(task);
    }
    return outdated;
  }

  /** Where only such files ask for a round that the tasks themselves change again and again. */
  #mustWait(): boolean {
    this.#cancelDelay?.();
    this.#cancelDelay = null;
    const wait = this.#parts.moves.findRepeatedWait();
    if (wait === null || this.#mustResume || this.#restarts.size > 0) return false;
    const delayMs = wait.delayMs - (performance.now() - this.#endedAtMs);
    if (delayMs <= 0) return false;
    const timer = setTimeout(this.#parts.onNews, delayMs);
    this.#cancelDelay = () => clearTimeout(timer);
    const named = [...new Set(wait.paths)].slice(0, 3).join(', ');
    this.#parts.display.say(
      `${named} changes each time its tasks run: the next run waits ${Math.ceil(delayMs / 1000)} s. Declare it as an output, or leave it out of the inputs.`,
    );
    return true;
  }

  #describe(outdated: ReadonlySet<TaskId>): WatchedTasks {
    const { taskGraph } = this.#parts.current();
    return { taskGraph, outdated, standingOf: (task: TaskId) => this.standings.of(task) };
  }

  /** Standings first: what follows relies on them. */
  #createReporter(): Reporter {
    return {
      onEvent: (event) => {
        this.standings.reporter.onEvent(event);
        this.#control.reporter.onEvent(event);
        this.#parts.moves.forgetHashed(event, { isOvertaken: this.#round?.isOvertaken === true });
      },
      close: async () => {},
    };
  }

  /** The next round executes the task; one that goes on comes to its end before. */
  #wish(task: TaskId, withInput: boolean): void {
    const outcome = this.standings.outcomeOf(task);
    const failedAttempts = outcome?.kind === 'failed' ? outcome.attempts : 0;
    this.#restarts.set(task, { withInput, failedAttempts, hash: this.#parts.current().hasher.hashOf(task) });
    this.#parts.onNews();
  }

  #noteIdleEnd(task: TaskId, exitCode: number): void {
    this.#tellEnd(task, exitCode, `has ended with exit code ${exitCode}`);
  }

  #tellEnd(task: TaskId, exitCode: number, text: string): void {
    const times = { durationMs: 0, attempts: 1 };
    const outcome: TaskOutcome =
      exitCode === 0 ? { kind: 'executed', ...times } : { kind: 'failed', exitCode, ...times };
    this.standings.noteEnded(task, outcome);
    this.#parts.display.noteEnded(task, outcome);
    this.#parts.display.say(`${task} ${text}.`);
  }
}
