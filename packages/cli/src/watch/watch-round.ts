import type { AffectedReason, Reporter, RunEvent, TaskGraph, TaskId } from '@larder/core';
import type { RestartWish } from '@larder/runner';
import type { Command } from '../argv/command.ts';
import { describeCommand } from '../run/describe-command.ts';
import { decideRules } from '../run/decide-rules.ts';
import { driveRun } from '../run/drive-run.ts';
import { resolveSlots } from '../run/resolve-slots.ts';
import type { RunRecords } from '../run/run-records.ts';
import type { Terminal } from '../terminal.ts';
import type { LiveTasks } from './live-tasks.ts';
import type { WatchControl } from './watch-control.ts';
import type { WatchDisplay } from './watch-display.ts';
import type { WatchedWorkspace } from './watched-workspace.ts';

export type WatchCommand = Extract<Command, { kind: 'watch' }>;

export interface RoundParts {
  readonly command: WatchCommand;
  readonly watched: WatchedWorkspace;
  readonly taskGraph: TaskGraph;
  readonly reasons: ReadonlyMap<TaskId, AffectedReason>;
  readonly stopped: readonly TaskId[];
  readonly restarts: ReadonlyMap<TaskId, RestartWish>;
  /** Absent where nobody follows the watch live. */
  readonly control: WatchControl | null;
  readonly number: number;
  readonly live: LiveTasks;
  readonly display: WatchDisplay;
  readonly records: RunRecords;
  /** Told of every event, before anybody else. */
  readonly reporter: Reporter;
}

/** One run of the tasks that changes have made outdated. */
export class WatchRound {
  /** Everything has settled, or was let go. Never rejects before `closed` does. */
  readonly over: Promise<void>;
  /** Besides, what was learnt has been saved. */
  readonly closed: Promise<void>;
  readonly #terminal: Terminal;
  readonly #parts: RoundParts;
  readonly #controller = new AbortController();

  constructor(terminal: Terminal, parts: RoundParts) {
    this.#terminal = terminal;
    this.#parts = parts;
    const over = Promise.withResolvers<void>();
    const noteEnd = (event: RunEvent): void => {
      if (event.type === 'run-finished') over.resolve();
    };
    this.closed = this.#run({ onEvent: noteEnd, close: async () => {} }).finally(over.resolve);
    this.closed.catch(() => {});
    this.over = over.promise;
  }

  get isOvertaken(): boolean {
    return this.#controller.signal.aborted;
  }

  /** Ends it as it stands: nothing more starts, and nothing that runs is stopped by it. */
  overtake(): void {
    this.#controller.abort();
  }

  async #run(end: Reporter): Promise<void> {
    const { command, watched, live, display, records, taskGraph, reporter, restarts, control } = this.#parts;
    const { session, hasher } = watched;
    const { run } = command;
    const reporters = await display.startRound(session, {
      ...this.#parts,
      restarted: [...restarts.keys()],
      isOvertaken: () => this.isOvertaken,
    });
    await driveRun(session, this.#terminal, {
      command: describeCommand(command),
      taskGraph,
      hasher,
      expectedMs: records.expectedMs(taskGraph.tasks.keys()),
      reporters: [reporter, ...reporters.reporters, end],
      slots: resolveSlots(run.parallel, session.config.parallel, this.#terminal.availableParallelism),
      rules: decideRules(session, { taskGraph, run, expectations: records.expectations(taskGraph.tasks.keys()) }),
      continueMode: run.continueMode ?? session.config.continueMode,
      skipCache: run.skipCache,
      skipRemoteCache: run.skipRemoteCache,
      restarts,
      ...(control !== null && { control: control.round, flaws: control.listFlaws() }),
      wrap: (executor) => live.wrap(executor),
      processes: {
        spawn: live.spawn,
        signal: AbortSignal.any([this.#terminal.signal, this.#controller.signal]),
      },
    });
    // What a round was overtaken in comes to its end, and to its record, in the next one.
    if (!this.isOvertaken) await records.keep(reporters.view(), { recordFile: null, profileFile: null });
  }
}
