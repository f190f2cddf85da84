import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  decideInterrupt,
  decideRound,
  RepeatedMoves,
  type AffectedReason,
  type Change,
  type Problem,
  type Reporter,
  type RunEvent,
  type TaskId,
  type TaskOutcome,
  type WorkspacePath,
} from '@larder/core';
import { isWatchedPath } from '@larder/workspace';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { RunRecords } from '../run/run-records.ts';
import { selectTasks } from '../run/select-tasks.ts';
import { reopenSession } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';
import { BatchCollector, type ChangeBatch } from './collect-batches.ts';
import { isSameDefinition } from './is-same-definition.ts';
import { LiveTasks } from './live-tasks.ts';
import { ChangeSource } from './source-of-changes.ts';
import type { WatchDisplay } from './watch-display.ts';
import { openWatchedWorkspace, type WatchedWorkspace } from './watched-workspace.ts';
import { WatchRound, type WatchCommand } from './watch-round.ts';
import { WatchStandings } from './watch-standings.ts';

export interface WatchLoopParts {
  readonly command: WatchCommand;
  readonly watched: WatchedWorkspace;
  readonly display: WatchDisplay;
  readonly records: RunRecords;
}

/**
 * Runs round after round until it is interrupted. All that happens comes together in one place: a batch of changes, the
 * end of a round or a wish to go on wakes the loop, which brings what it knows up to date and then decides once.
 */
export class WatchLoop {
  readonly #terminal: Terminal;
  readonly #parts: WatchLoopParts;
  readonly #live: LiveTasks;
  readonly #standings: WatchStandings;
  readonly #repeated = new RepeatedMoves();
  readonly #stale = new Map<TaskId, AffectedReason>();
  /** Files that may have changed what projects and tasks there are; kept while that cannot be read. */
  readonly #redefining = new Set<WorkspacePath>();
  #watched: WatchedWorkspace;
  #source: ChangeSource | null = null;
  #batches: ChangeBatch[] = [];
  #round: WatchRound | null = null;
  #rounds = 0;
  #lastRoundEndedAtMs = -Infinity;
  #isBroken = false;
  #mustResume = false;
  /** A round has ended since it was last said what there is to wait for. */
  #hasNews = false;
  #stopped: readonly TaskId[] = [];
  #wake = Promise.withResolvers<void>();
  #cancelDelay: (() => void) | null = null;

  constructor(terminal: Terminal, parts: WatchLoopParts) {
    this.#terminal = terminal;
    this.#parts = parts;
    this.#watched = parts.watched;
    this.#live = new LiveTasks({
      spawn: parts.watched.session.spawn,
      hashOf: (task) => this.#watched.hasher.hashOf(task),
      onIdleOutput: (task, stream, chunk) => parts.display.passOutput(task, stream, chunk),
      onIdleEnd: (task, { exitCode }) => this.#noteIdleEnd(task, exitCode),
      signal: terminal.signal,
    });
    this.#standings = new WatchStandings({
      isAlive: (task) => this.#live.has(task),
      onOnlyContinuousLeft: (tasks) => this.#live.release(tasks),
    });
  }

  async run(): Promise<ExitCode> {
    const { signal } = this.#terminal;
    const wake = (): void => this.#wake.resolve();
    signal.addEventListener('abort', wake);
    const collector = this.#createCollector();
    const source = (this.#source = new ChangeSource({
      rootAbsolute: this.#watched.session.rootAbsolute,
      collector,
      say: (text) => this.#parts.display.say(text),
      onGone: (detail) => this.#wake.reject(new Error(`The workspace is gone: ${detail}`)),
    }));
    try {
      await source.open();
      // What changed between the reading of the workspace and now has been seen by nobody.
      this.#batches.push({ paths: 'all', firstAtMs: performance.now() });
      while (!signal.aborted) {
        this.#wake = Promise.withResolvers();
        await this.#step();
        if (!signal.aborted) await this.#wake.promise;
      }
      return exitCodes.interrupted;
    } finally {
      signal.removeEventListener('abort', wake);
      source.close();
      collector.close();
      this.#cancelDelay?.();
      await Promise.all([this.#round?.closed, this.#live.stopAll()]);
    }
  }

  async #step(): Promise<void> {
    const batches = this.#batches;
    this.#batches = [];
    for (const batch of batches) this.#look(batch);
    const mayRedefine = this.#noteMoves(batches[0]?.firstAtMs ?? Infinity);
    if (mayRedefine || (this.#redefining.size > 0 && !this.#isBroken)) await this.#reopen();
    if (this.#round !== null) await this.#interruptIfStale();
    if (this.#round === null) await this.#startRound();
    if (this.#round === null && this.#hasNews) this.#tellIdle();
  }

  #look({ paths }: ChangeBatch): void {
    const { hasher } = this.#watched;
    const all = ['' as WorkspacePath];
    // What is ignored from now on, or no longer, is found by listing everything again.
    if (paths === 'all' || paths.some((path) => /(^|\/)\.(git|nx)ignore$/.test(path))) hasher.look(all);
    else hasher.look(paths.filter(isWatchedPath));
  }

  /** Whether there is a file among what moved since that may define projects and tasks. */
  #noteMoves(firstAtMs: number): boolean {
    const moves = this.#watched.hasher.takeMoves();
    const paths = [...moves.paths.keys()];
    const whileRunning = this.#round !== null || firstAtMs < this.#lastRoundEndedAtMs + (this.#source?.lagMs ?? 0);
    this.#repeated.note(paths, { whileRunning });
    for (const [task, reason] of this.#watched.findStale(moves))
      if (!this.#stale.has(task)) this.#stale.set(task, reason);
    const mayRedefine = this.#watched.mayRedefine(paths);
    if (mayRedefine) for (const path of paths) this.#redefining.add(path);
    return mayRedefine;
  }

  /** Reads the configuration and the graph again, and carries over what is known of tasks that are the same. */
  async #reopen(): Promise<void> {
    const before = this.#watched;
    const read = [...this.#redefining];
    const knownProblems = before.session.workspace.problems.length;
    const reopened = await reopenSession(before.session, this.#terminal, knownProblems);
    if (reopened.kind === 'invalid') return this.#breakOff(reopened.problems);
    const { session } = reopened;
    const selected = await selectTasks(session, this.#terminal, { ...this.#parts.command, kind: 'run-many' });
    if (selected.kind !== 'selected') return this.#breakOff(selected.kind === 'invalid' ? selected.problems : []);
    const { taskGraph } = selected;
    if (!this.#isBroken && isSameDefinition({ session, taskGraph }, before)) return this.#forgetRead(read);
    await this.#interrupt([]);
    this.#noteMoves(Infinity);
    const opened = await openWatchedWorkspace(session, this.#terminal, { taskGraph, before });
    if (opened.kind === 'invalid') return this.#breakOff(opened.problems);
    this.#adopt(opened.watched, before, read);
    await this.#parts.display.tellProblems(session.warnings, session.rootAbsolute);
  }

  #adopt(watched: WatchedWorkspace, before: WatchedWorkspace, read: readonly WorkspacePath[]): void {
    if (this.#isBroken) this.#parts.display.say('The configuration can be read again.');
    this.#isBroken = false;
    this.#watched = watched;
    this.#forgetRead(read);
    const changes = read.map((path): Change => ({ path, kind: 'modified' }));
    for (const [task, reason] of watched.findRedefined(before, changes)) this.#stale.set(task, reason);
    for (const task of this.#stale.keys()) if (!watched.taskGraph.tasks.has(task)) this.#stale.delete(task);
    this.#live.outdate([...before.taskGraph.tasks.keys()].filter((task) => !watched.taskGraph.tasks.has(task)));
    this.#standings.keepOnly(watched.taskGraph);
    this.#parts.display.keepOnly(watched.taskGraph);
  }

  /** What has moved in the meantime is read in the next step. */
  #forgetRead(read: readonly WorkspacePath[]): void {
    for (const path of read) this.#redefining.delete(path);
    if (this.#redefining.size > 0) this.#wake.resolve();
  }

  async #breakOff(problems: readonly Problem[]): Promise<void> {
    this.#isBroken = true;
    await this.#parts.display.tellProblems(problems, this.#watched.session.rootAbsolute);
    this.#parts.display.say('Nothing new runs until this is mended.');
  }

  async #interruptIfStale(): Promise<void> {
    const stale = new Map(
      [...this.#stale].filter(([, reason]) => reason.kind !== 'file' || this.#repeated.mayInterrupt(reason.path)),
    );
    const stopping = decideInterrupt(this.#describe(new Set(this.#watched.addDependents(stale).keys())));
    if (stopping !== null) await this.#interrupt(stopping);
  }

  /** Ends the round that goes on, so that the next one can begin; only these tasks are really stopped. */
  async #interrupt(stopping: readonly TaskId[]): Promise<void> {
    const round = this.#round;
    if (round === null) return;
    round.overtake();
    this.#live.outdate(stopping);
    this.#stopped = stopping;
    this.#mustResume = true;
    await round.over;
    this.#endRound(round);
  }

  async #startRound(): Promise<void> {
    if (this.#isBroken || this.#terminal.signal.aborted) return;
    const reasons = this.#watched.addDependents(this.#stale);
    const taskGraph = decideRound(this.#describe(this.#withUnfinished(reasons)));
    if (taskGraph.tasks.size === 0 || this.#mustWait()) return;
    const problems = await this.#watched.hasher.startAgain(taskGraph);
    if (problems.length > 0) return this.#parts.display.tellProblems(problems, this.#watched.session.rootAbsolute);
    this.#mustResume = false;
    this.#rounds += 1;
    const round = new WatchRound(this.#terminal, {
      ...this.#parts,
      watched: this.#watched,
      taskGraph,
      reasons,
      stopped: this.#stopped,
      number: this.#rounds,
      live: this.#live,
      reporter: this.#createReporter(),
    });
    this.#stopped = [];
    this.#round = round;
    const finish = (): void => {
      if (this.#round !== round) return;
      this.#noteMoves(Infinity);
      this.#endRound(round);
      this.#wake.resolve();
    };
    round.closed.then(finish, (error: unknown) => this.#wake.reject(error));
  }

  #withUnfinished(reasons: ReadonlyMap<TaskId, AffectedReason>): ReadonlySet<TaskId> {
    const outdated = new Set(reasons.keys());
    if (!this.#mustResume) return outdated;
    for (const task of this.#watched.taskGraph.tasks.keys()) {
      if (this.#standings.of(task) === 'cancelled') outdated.add(task);
    }
    return outdated;
  }

  /** Where only such files ask for a round that the tasks themselves change again and again. */
  #mustWait(): boolean {
    this.#cancelDelay?.();
    this.#cancelDelay = null;
    const reasons = [...this.#stale.values()];
    if (this.#mustResume || reasons.some(({ kind }) => kind !== 'file')) return false;
    const paths = reasons.flatMap((reason) => (reason.kind === 'file' ? reason.path : []));
    const delayMs = this.#repeated.delayMs(paths) - (performance.now() - this.#lastRoundEndedAtMs);
    if (delayMs <= 0) return false;
    const timer = setTimeout(() => this.#wake.resolve(), delayMs);
    this.#cancelDelay = () => clearTimeout(timer);
    const named = [...new Set(paths)].slice(0, 3).join(', ');
    this.#parts.display.say(
      `${named} changes each time its tasks run: the next run waits ${Math.ceil(delayMs / 1000)} s. Declare it as an output, or leave it out of the inputs.`,
    );
    return true;
  }

  #endRound(round: WatchRound): void {
    if (this.#round !== round) return;
    this.#round = null;
    this.#lastRoundEndedAtMs = performance.now();
    this.#repeated.endRound();
    this.#hasNews = true;
  }

  #tellIdle(): void {
    if (this.#terminal.signal.aborted || this.#isBroken || this.#cancelDelay !== null) return;
    this.#hasNews = false;
    const failed = this.#standings.failed();
    const still =
      failed.length === 0 ? '' : ` Failing: ${failed.slice(0, 10).join(', ')}${failed.length > 10 ? ' …' : ''}`;
    this.#parts.display.sayIdle(`Watching for changes.${still}`);
  }

  #describe(outdated: ReadonlySet<TaskId>) {
    const { taskGraph } = this.#watched;
    return { taskGraph, outdated, standingOf: (task: TaskId) => this.#standings.of(task) };
  }

  /** Standings first: what follows relies on them. */
  #createReporter(): Reporter {
    return {
      onEvent: (event) => {
        this.#standings.reporter.onEvent(event);
        this.#forgetStale(event);
      },
      close: async () => {},
    };
  }

  /** Whoever is hashed now is hashed as things are; what was overtaken is not done with. */
  #forgetStale(event: RunEvent): void {
    if (event.type === 'task-hashed') this.#stale.delete(event.task);
    if (event.type !== 'task-settled') return;
    const isOvertaken = event.outcome.kind === 'cancelled' && this.#round?.isOvertaken === true;
    if (!isOvertaken && event.hash === null) this.#stale.delete(event.task);
  }

  #noteIdleEnd(task: TaskId, exitCode: number): void {
    const outcome: TaskOutcome =
      exitCode === 0
        ? { kind: 'executed', durationMs: 0, attempts: 1 }
        : { kind: 'failed', exitCode, durationMs: 0, attempts: 1 };
    this.#standings.noteEnded(task, outcome);
    this.#parts.display.say(`${task} has ended with exit code ${exitCode}.`);
  }

  #createCollector(): BatchCollector {
    const lock = join(this.#watched.session.rootAbsolute, '.git', 'index.lock');
    return new BatchCollector({
      now: () => performance.now(),
      schedule: (callback, delayMs) => {
        const timer = setTimeout(callback, delayMs);
        return () => clearTimeout(timer);
      },
      gitIsBusy: () => existsSync(lock),
      onBatch: (batch) => {
        this.#batches.push(batch);
        this.#wake.resolve();
      },
    });
  }
}
