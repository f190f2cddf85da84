import type { Problem } from '@larder/core';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { RunRecords } from '../run/run-records.ts';
import type { Terminal } from '../terminal.ts';
import type { ChangeBatch } from './collect-batches.ts';
import { createCollector } from './create-collector.ts';
import type { LaterControl } from './later-control.ts';
import { reopenWatch } from './reopen-watch.ts';
import { ChangeSource } from './source-of-changes.ts';
import type { WatchDisplay } from './watch-display.ts';
import { WatchMoves } from './watch-moves.ts';
import type { WatchCommand } from './watch-round.ts';
import { WatchRounds } from './watch-rounds.ts';
import { openWatchedWorkspace, type WatchedWorkspace } from './watched-workspace.ts';

export interface WatchLoopParts {
  readonly command: WatchCommand;
  readonly watched: WatchedWorkspace;
  readonly display: WatchDisplay;
  readonly records: RunRecords;
  /** Given what keys act on. */
  readonly keys: LaterControl;
}

/**
 * Runs round after round until it is interrupted. All that happens comes together in one place: a batch of changes, the
 * end of a round, a person's wish or one to go on wakes the loop, which brings what it knows up to date and then decides
 * once.
 */
export class WatchLoop {
  readonly #terminal: Terminal;
  readonly #parts: WatchLoopParts;
  readonly #moves: WatchMoves;
  readonly #rounds: WatchRounds;
  #watched: WatchedWorkspace;
  #source: ChangeSource | null = null;
  #batches: ChangeBatch[] = [];
  #isBroken = false;
  /** A round has begun since it was last said what there is to wait for. */
  #hasNews = false;
  #wake = Promise.withResolvers<void>();

  constructor(terminal: Terminal, parts: WatchLoopParts) {
    this.#terminal = terminal;
    this.#parts = parts;
    this.#watched = parts.watched;
    this.#moves = new WatchMoves(parts.watched);
    this.#rounds = new WatchRounds(terminal, {
      ...parts,
      moves: this.#moves,
      current: () => this.#watched,
      onNews: () => this.#wake.resolve(),
      onError: (error) => this.#wake.reject(error),
    });
  }

  async run(): Promise<ExitCode> {
    const { signal } = this.#terminal;
    const wake = (): void => this.#wake.resolve();
    signal.addEventListener('abort', wake);
    const collector = createCollector(this.#watched.session.rootAbsolute, (batch) => {
      this.#batches.push(batch);
      this.#wake.resolve();
    });
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
      await this.#rounds.close();
    }
  }

  async #step(): Promise<void> {
    const batches = this.#batches;
    this.#batches = [];
    for (const { paths } of batches) this.#moves.look(paths);
    const mayRedefine = this.#noteMoves(batches[0]?.firstAtMs ?? Infinity);
    if (mayRedefine || (this.#moves.unread.length > 0 && !this.#isBroken)) await this.#reopen();
    await this.#rounds.interruptIfStale();
    if (!this.#isBroken) await this.#rounds.start();
    if (this.#rounds.isRunning) this.#hasNews = true;
    else if (this.#hasNews) this.#tellIdle();
  }

  #noteMoves(firstAtMs: number): boolean {
    return this.#moves.note({ whileRunning: this.#rounds.wasRunning(firstAtMs, this.#source?.lagMs ?? 0) });
  }

  /** Reads what may be defined otherwise now, and carries over what is known of tasks that are the same. */
  async #reopen(): Promise<void> {
    const before = this.#watched;
    const read = this.#moves.unread;
    const reopened = await reopenWatch(this.#terminal, this.#parts.command, before);
    if (reopened.kind === 'invalid') return this.#breakOff(reopened.problems);
    const { session, taskGraph } = reopened;
    if (reopened.isSame && !this.#isBroken) return this.#forgetRead(read);
    await this.#rounds.interrupt([]);
    this.#noteMoves(Infinity);
    const opened = await openWatchedWorkspace(session, this.#terminal, { taskGraph, before });
    if (opened.kind === 'invalid') return this.#breakOff(opened.problems);
    this.#adopt(opened.watched, before);
    this.#moves.adopt(opened.watched, read);
    this.#forgetRead(read);
    await this.#parts.display.tellProblems(session.warnings, session.rootAbsolute);
  }

  #adopt(watched: WatchedWorkspace, before: WatchedWorkspace): void {
    if (this.#isBroken) this.#parts.display.say('The configuration can be read again.');
    this.#isBroken = false;
    this.#watched = watched;
    const { tasks } = watched.taskGraph;
    this.#rounds.tasks.live.outdate([...before.taskGraph.tasks.keys()].filter((task) => !tasks.has(task)));
    this.#rounds.tasks.keepOnly(watched.taskGraph);
    this.#parts.display.keepOnly(watched.taskGraph);
  }

  #forgetRead(read: WatchMoves['unread']): void {
    if (this.#moves.forgetRead(read)) this.#wake.resolve();
  }

  async #breakOff(problems: readonly Problem[]): Promise<void> {
    this.#isBroken = true;
    await this.#parts.display.tellProblems(problems, this.#watched.session.rootAbsolute);
    this.#parts.display.say('Nothing new runs until this is mended.');
  }

  #tellIdle(): void {
    if (this.#terminal.signal.aborted || this.#isBroken || this.#rounds.isDelayed) return;
    this.#hasNews = false;
    const failed = this.#rounds.tasks.standings.failed();
    const still =
      failed.length === 0 ? '' : ` Failing: ${failed.slice(0, 10).join(', ')}${failed.length > 10 ? ' …' : ''}`;
    this.#parts.display.sayIdle(`Watching for changes.${still}`);
  }
}
