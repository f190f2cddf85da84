import type {
  AffectedReason,
  OutputStyle,
  Problem,
  Reporter,
  RunEvent,
  TaskGraph,
  TaskId,
  TaskOutcome,
} from '@larder/core';
import { renderProblem } from '@larder/report';
import { OutputDecoder } from '@larder/runner';
import { createReporters, createShownReporter, type RunReporters } from '../run/create-reporters.ts';
import { reportProblems } from '../session/report-problems.ts';
import type { Session } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';
import type { LaterControl } from './later-control.ts';
import { describeChanges } from './describe-changes.ts';
import { WholeView } from './whole-view.ts';

export interface DisplayedRound {
  readonly number: number;
  readonly taskGraph: TaskGraph;
  readonly reasons: ReadonlyMap<TaskId, AffectedReason>;
  /** Tasks that were stopped for it. */
  readonly stopped: readonly TaskId[];
  /** Tasks that a person wants executed again. */
  readonly restarted: readonly TaskId[];
  /** Whether the round has been overtaken by a change: what becomes of its tasks is then told by the next one. */
  readonly isOvertaken: () => boolean;
}

export interface DisplayOptions {
  readonly style: OutputStyle;
  readonly verbose: boolean;
  /** What the keys of the interactive view act on. */
  readonly keys: LaterControl;
}

/** What people and programs see of a watch: each round as a run of its own, and what happens between them. */
export class WatchDisplay {
  readonly #terminal: Terminal;
  readonly #options: DisplayOptions;
  readonly #whole: WholeView | null;
  readonly #idle = new Map<TaskId, OutputDecoder>();
  #shown: Reporter | null = null;

  private constructor(terminal: Terminal, options: DisplayOptions, whole: WholeView | null) {
    this.#terminal = terminal;
    this.#options = options;
    this.#whole = whole;
  }

  static async open(session: Session, terminal: Terminal, options: DisplayOptions): Promise<WatchDisplay> {
    const display = (whole: WholeView | null): WatchDisplay => new WatchDisplay(terminal, options, whole);
    if (options.style !== 'tui') return display(null);
    const shown = await createShownReporter(session, terminal, { ...options, control: options.keys.tasks });
    return display(new WholeView(shown, (task) => options.keys.isAlive(task)));
  }

  /** Whether somebody follows the watch live, and can reach its tasks. */
  get isInteractive(): boolean {
    return this.#whole !== null;
  }

  /** The reporters of one round; closing them leaves open what the next one uses. */
  async startRound(session: Session, round: DisplayedRound): Promise<RunReporters> {
    this.#idle.clear();
    const lines = round.number === 1 ? [] : describeChanges(round.taskGraph, round.reasons, round.restarted);
    if (this.#whole === null) this.#announce(round, lines);
    const reporter =
      this.#whole?.startRound(lines) ?? (await createShownReporter(session, this.#terminal, this.#options));
    return createReporters(session, this.#terminal, { ...this.#options, shown: this.#show(reporter, round) });
  }

  keepOnly(taskGraph: TaskGraph): void {
    this.#whole?.keepOnly(taskGraph);
  }

  /** A line for whoever watches. */
  say(text: string): void {
    if (this.#whole !== null) this.#whole.say(text);
    else if (this.#options.style === 'ndjson') this.#writeJson({ type: 'watch-message', text });
    else this.#terminal.stdout.write(`${text}\n`);
  }

  /** That a round is over; the interactive view shows that by itself, with all that the round has printed. */
  sayIdle(text: string): void {
    if (this.#whole === null) this.say(text);
  }

  /** A server has ended while no round followed it. */
  noteEnded(task: TaskId, outcome: TaskOutcome): void {
    this.#whole?.noteEnded(task, outcome);
  }

  async tellProblems(problems: readonly Problem[], rootAbsolute: string): Promise<void> {
    const [first] = problems;
    if (this.#whole === null) await reportProblems(this.#terminal, problems, rootAbsolute);
    else if (first !== undefined) this.#whole.say(renderProblem(first, { color: false, sourceLine: null }));
  }

  /** Output of a continuous task while no round follows it. */
  passOutput(task: TaskId, stream: 'stdout' | 'stderr', chunk: Uint8Array): void {
    const decoder = this.#idle.get(task) ?? new OutputDecoder();
    this.#idle.set(task, decoder);
    const text = decoder.decode(stream, chunk);
    const event: RunEvent = { type: 'task-output', at: 0, task, stream, text, replayed: false };
    if (text !== '') this.#shown?.onEvent(event);
  }

  async close(): Promise<void> {
    await this.#whole?.close();
  }

  #announce({ number, taskGraph, reasons, stopped }: DisplayedRound, lines: readonly string[]): void {
    if (this.#options.style === 'ndjson') {
      const tasks = Object.fromEntries([...taskGraph.tasks.keys()].map((task) => [task, reasons.get(task) ?? null]));
      return this.#writeJson({ type: 'watch-round', round: number, tasks, stopped });
    }
    if (lines.length === 0) return;
    const told = stopped.length === 0 ? lines : [...lines, `stopped, to run anew: ${stopped.join(', ')}`];
    this.#terminal.stdout.write(`\n${told.join('\n')}\n\n`);
  }

  #writeJson(value: object): void {
    this.#terminal.stdout.write(`${JSON.stringify({ v: 1, ...value })}\n`);
  }

  #show(reporter: Reporter, round: DisplayedRound): Reporter {
    this.#shown = reporter;
    if (this.#options.style === 'ndjson') return reporter;
    return {
      onEvent: (event) => {
        const isLeftOver =
          event.type === 'run-finished' || (event.type === 'task-settled' && event.outcome.kind === 'cancelled');
        if (!(isLeftOver && round.isOvertaken())) reporter.onEvent(event);
      },
      close: () => reporter.close(),
    };
  }
}
