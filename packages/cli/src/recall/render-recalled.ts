import type { Clock } from '@larder/core';
import type { RunView } from '@larder/report';
import { createRunEvents, replayOutput, type RunEvents } from '@larder/runner';
import { exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';
import { createRecallReporters } from './recall-reporters.ts';
import { createRunId } from './create-run-id.ts';
import type { RecalledRun } from './run-memo.ts';

export interface KeptRun {
  readonly memo: RecalledRun;
  /** The output of its tasks. */
  readonly attachment: Uint8Array;
}

export interface RecalledText {
  readonly text: string;
  readonly view: RunView;
}

/** When a remembered run is told. */
export interface Moment {
  readonly startedAtEpochMs: number;
  readonly durationMs: () => number;
  readonly clock: Clock;
}

/** What a remembered run prints: its reporters are given the events of a run that looked for itself. */
export function renderRecalled(
  terminal: Terminal,
  { memo, attachment }: KeptRun,
  { startedAtEpochMs, durationMs, clock }: Moment,
): RecalledText {
  const { reporters, view, text } = createRecallReporters(terminal, memo, () => clock.epochMs());
  const events = createRunEvents({ clock, reporters, log: () => {} });
  const { command, slots, tasks } = memo;
  events.emit({ type: 'run-started', runId: createRunId(startedAtEpochMs), startedAtEpochMs, command, slots, tasks });
  emitTasks(events, memo, attachment);
  const settled = { executed: 0, restoredLocal: 0, restoredRemote: 0, failed: 0, skipped: 0, cancelled: 0 };
  events.emit({
    type: 'run-finished',
    exitCode: exitCodes.ok,
    durationMs: durationMs(),
    tasks: { ...settled, upToDate: memo.settled.length },
    cacheTroubles: 0,
    savedMs: memo.settled.reduce((sum, { savedMs }) => sum + savedMs, 0),
  });
  void events.close();
  return { text: text(), view: view() };
}

function emitTasks(events: RunEvents, { settled }: RecalledRun, attachment: Uint8Array): void {
  let offset = 0;
  for (const { id: task, hash, savedMs, outputBytes } of settled) {
    events.emit({ type: 'task-hashed', task, hash, durationMs: 0 });
    events.emit({ type: 'task-looked-up', task, result: { kind: 'hit', where: 'local' }, durationMs: 0 });
    if (outputBytes > 0) replayOutput(task, attachment.subarray(offset, offset + outputBytes), events);
    offset += outputBytes;
    events.emit({ type: 'task-settled', task, hash, outcome: { kind: 'up-to-date', savedMs } });
  }
}
