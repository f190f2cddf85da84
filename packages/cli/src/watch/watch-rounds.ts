import {
  decideInterrupt,
  decideRound,
  type AffectedReason,
  type Reporter,
  type TaskGraph,
  type TaskId,
} from '@larder/core';
import type { Terminal } from '../terminal.ts';
import { RoundDelay } from './round-delay.ts';
import type { WatchLoopParts } from './watch-loop.ts';
import type { WatchMoves } from './watch-moves.ts';
import { WatchRound } from './watch-round.ts';
import { WatchTasks } from './watch-tasks.ts';
import type { WatchedWorkspace } from './watched-workspace.ts';

export interface WatchRoundsParts extends WatchLoopParts {
  readonly moves: WatchMoves;
  /** As it is now. */
  readonly current: () => WatchedWorkspace;
  /** Something has happened that may make a round possible. */
  readonly onNews: () => void;
  readonly onError: (error: unknown) => void;
}

/** The rounds of a watch, one after the other. */
export class WatchRounds {
  readonly tasks: WatchTasks;
  readonly #terminal: Terminal;
  readonly #parts: WatchRoundsParts;
  readonly #delay: RoundDelay;
  #round: WatchRound | null = null;
  #count = 0;
  #endedAtMs = -Infinity;
  #mustResume = false;
  #stopped: readonly TaskId[] = [];

  constructor(terminal: Terminal, parts: WatchRoundsParts) {
    this.#terminal = terminal;
    this.#parts = parts;
    const { display, moves } = parts;
    this.#delay = new RoundDelay({ moves, say: (text) => display.say(text), onOver: parts.onNews });
    this.tasks = new WatchTasks(terminal.signal, parts);
  }

  get isRunning(): boolean {
    return this.#round !== null;
  }

  /** Something else than a change is awaited before the next round. */
  get isDelayed(): boolean {
    return this.#delay.isOn;
  }

  /** Whether a round went on then, or had ended less than so long before. */
  wasRunning(atMs: number, lagMs: number): boolean {
    return this.#round !== null || atMs < this.#endedAtMs + lagMs;
  }

  /** Interrupts the round that goes on, if it works on what is no longer so. */
  async interruptIfStale(): Promise<void> {
    if (this.#round === null) return;
    const stopping = decideInterrupt(this.tasks.describe(new Set(this.#parts.moves.listInterrupting().keys())));
    if (stopping !== null) await this.interrupt(stopping);
  }

  /** Ends the round that goes on, so that the next one can begin; only these tasks are really stopped. */
  async interrupt(stopping: readonly TaskId[]): Promise<void> {
    const round = this.#round;
    if (round === null) return;
    round.overtake();
    this.tasks.live.outdate(stopping);
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
    const taskGraph = decideRound(this.tasks.describe(this.#withUnfinished(reasons)));
    if (taskGraph.tasks.size === 0 || this.#mustWait()) return;
    const problems = await watched.hasher.startAgain(taskGraph);
    if (problems.length > 0) return display.tellProblems(problems, watched.session.rootAbsolute);
    this.#follow(this.#open(watched, taskGraph, reasons));
  }

  /** Resolves when nothing of them is left. */
  async close(): Promise<void> {
    this.#delay.close();
    await Promise.all([this.#round?.closed, this.tasks.live.stopAll()]);
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
      restarts: this.tasks.takeRestarts(),
      control: this.#parts.display.isInteractive ? this.tasks.control : null,
      number: this.#count,
      live: this.tasks.live,
      reporter: this.#createReporter(),
    });
    this.#stopped = [];
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
    const outdated = new Set([...reasons.keys(), ...this.tasks.restarts.keys()]);
    if (!this.#mustResume) return outdated;
    for (const task of this.#parts.current().taskGraph.tasks.keys()) {
      if (this.tasks.standings.of(task) === 'cancelled') outdated.add(task);
    }
    return outdated;
  }

  #mustWait(): boolean {
    const isUrgent = this.#mustResume || this.tasks.restarts.size > 0;
    if (isUrgent) this.#delay.close();
    return !isUrgent && this.#delay.holdsBack({ sinceRoundMs: performance.now() - this.#endedAtMs });
  }

  #createReporter(): Reporter {
    return {
      onEvent: (event) => {
        this.tasks.reporter.onEvent(event);
        this.#parts.moves.forgetHashed(event, { isOvertaken: this.#round?.isOvertaken === true });
      },
      close: async () => {},
    };
  }
}
