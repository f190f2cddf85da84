import type { Reporter, RunEvent, TaskId, TaskOutcome } from '@larder/core';
import { OutputCapture } from '@larder/runner';
import type { LiveOutput } from './live-output.ts';
import type { NxBatchResult, NxBatchStep } from './nx-batch.ts';

/** Of one task's output, on its way through Nx, which keeps all of it in memory. */
const outputCapBytes = 4 * 1024 * 1024;

export interface CollectorOptions {
  readonly live: LiveOutput;
  /** Whether results hold what was shown live, too. */
  readonly resultsRepeat: boolean;
}

/**
 * Turns the events of a run into results for Nx. Skipped and cancelled tasks have none: Nx itself skips what depends
 * on a failure, in all majors alike.
 */
export class ResultCollector implements Reporter {
  readonly #settled: NxBatchStep[] = [];
  readonly #outputs = new Map<TaskId, OutputCapture>();
  readonly #startedAt = new Map<TaskId, number>();
  readonly #live: LiveOutput;
  readonly #resultsRepeat: boolean;
  #epochMs = 0;
  #changed = Promise.withResolvers<void>();

  constructor({ live, resultsRepeat }: CollectorOptions) {
    this.#live = live;
    this.#resultsRepeat = resultsRepeat;
  }

  onEvent(event: RunEvent): void {
    if (event.type === 'run-started') this.#epochMs = event.startedAtEpochMs - event.at;
    else if (event.type === 'task-hashed' || event.type === 'task-started') this.#startedAt.set(event.task, event.at);
    else if (event.type === 'task-output') this.#take(event);
    else if (event.type === 'task-settled') this.#settle(event.task, event.outcome, event.at);
  }

  async close(): Promise<void> {}

  /** The tasks as they settle, until the run is over; throws what that throws. */
  async *stepsOf(run: Promise<unknown>): AsyncGenerator<NxBatchStep> {
    const end = run.then(
      () => 'over' as const,
      () => 'over' as const,
    );
    for (;;) {
      const step = await Promise.race([this.#changed.promise, end]);
      this.#changed = Promise.withResolvers<void>();
      yield* this.#settled.splice(0);
      if (step === 'over') break;
    }
    await run;
  }

  #take(output: Extract<RunEvent, { readonly type: 'task-output' }>): void {
    const isShown = this.#live.shows(output);
    if (isShown) this.#live.push(output);
    if (!isShown || this.#resultsRepeat) this.#outputOf(output.task).append(Buffer.from(output.text));
  }

  #outputOf(task: TaskId): OutputCapture {
    const capture = this.#outputs.get(task) ?? new OutputCapture(outputCapBytes);
    this.#outputs.set(task, capture);
    return capture;
  }

  #settle(task: TaskId, outcome: TaskOutcome, at: number): void {
    this.#live.finish(task);
    const output = Buffer.from(this.#outputs.get(task)?.toBytes() ?? []).toString('utf8');
    this.#outputs.delete(task);
    const verdict = judge(outcome, output);
    if (verdict === null) return;
    const startTime = Math.round(this.#epochMs + (this.#startedAt.get(task) ?? at));
    this.#settled.push({ task, result: { ...verdict, startTime, endTime: Math.round(this.#epochMs + at) } });
    this.#changed.resolve();
  }
}

type Verdict = Pick<NxBatchResult, 'success' | 'status' | 'terminalOutput'>;

function judge(outcome: TaskOutcome, terminalOutput: string): Verdict | null {
  switch (outcome.kind) {
    case 'executed':
      return { success: true, status: 'success', terminalOutput };
    case 'restored':
      return { success: true, status: `${outcome.from}-cache`, terminalOutput };
    case 'up-to-date':
      return { success: true, status: 'local-cache-kept-existing', terminalOutput };
    case 'failed': {
      const reason = outcome.detail === undefined ? '' : `larder: ${outcome.detail}\n`;
      return { success: false, status: 'failure', terminalOutput: `${terminalOutput}${reason}` };
    }
    case 'skipped':
    case 'cancelled':
      return null;
  }
}
