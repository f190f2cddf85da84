import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asRunId } from '@larder/core';
import type { ChangeClock } from '@larder/daemon/ask-changes';
import { appendPendingRecord, buildRunRecord, openHistory, type RunView } from '@larder/report';
import { createRunEvents, replayOutput, type RunEvents } from '@larder/runner';
import { findWorkspaceRoot, type MemoQuestion } from '@larder/workspace';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { readGitHead } from '../run/read-git-head.ts';
import { historyFile } from '../run/history-file.ts';
import { reportNothing } from '../run/report-nothing.ts';
import { writePlan } from '../run/write-plan.ts';
import type { Terminal } from '../terminal.ts';
import { version } from '../version.ts';
import { findAnswer, type FoundAnswer } from './find-answer.ts';
import { createRecallReporters } from './recall-reporters.ts';
import type { RecalledRun } from './run-memo.ts';

export type Recalled =
  | { readonly kind: 'answered'; readonly exitCode: ExitCode }
  /** Nothing is remembered, or something changed since. */
  | { readonly kind: 'unknown'; readonly question: MemoQuestion; readonly clock: ChangeClock | null };

/**
 * Answers a command as it was answered last, when every file, folder and output that it then looked at is the same
 * still. Tells it as a run would that looked for itself: the same events, lines, record and exit code.
 */
export async function recallRun(argv: readonly string[], terminal: Terminal): Promise<Recalled | null> {
  const root = findWorkspaceRoot(terminal.workingDirectory);
  if (root.kind === 'none') return null;
  const question = askQuestion(root.rootAbsolute, argv, terminal);
  const startedAtEpochMs = Date.now();
  const found = await findAnswer(question);
  if (found.kind === 'none') return { kind: 'unknown', question, clock: found.clock };
  return {
    kind: 'answered',
    exitCode: await answer(terminal, found, { rootAbsolute: root.rootAbsolute, startedAtEpochMs }),
  };
}

interface AskedRun {
  readonly rootAbsolute: string;
  readonly startedAtEpochMs: number;
}

async function answer(terminal: Terminal, { memo, attachment }: FoundAnswer, asked: AskedRun): Promise<ExitCode> {
  switch (memo.kind) {
    case 'run': {
      const { startedAtEpochMs, rootAbsolute } = asked;
      await record(tellRun(terminal, { memo, attachment, startedAtEpochMs }), rootAbsolute);
      return exitCodes.ok;
    }
    case 'plan':
      return writePlan(terminal, memo.plan, memo.format);
    case 'nothing':
      return reportNothing(terminal, memo.format);
  }
}

function askQuestion(rootAbsolute: string, argv: readonly string[], terminal: Terminal): MemoQuestion {
  return {
    rootAbsolute,
    stateDirectoryAbsolute: join(rootAbsolute, '.larder', 'state'),
    workingDirectory: terminal.workingDirectory,
    argv,
    env: terminal.env,
    availableParallelism: terminal.availableParallelism,
    build: describeBuild(),
  };
}

/** A Larder that was built anew may answer differently under the same version. */
function describeBuild(): string {
  const stats = statSync(fileURLToPath(import.meta.url), { throwIfNoEntry: false });
  return `${version} ${stats?.mtimeMs ?? 0} ${stats?.size ?? 0}`;
}

interface Telling {
  readonly memo: RecalledRun;
  readonly attachment: Uint8Array;
  readonly startedAtEpochMs: number;
}

function tellRun(terminal: Terminal, { memo, attachment, startedAtEpochMs }: Telling): RunView {
  const { reporters, view, flush } = createRecallReporters(terminal, memo);
  const clock = { now: () => performance.now(), epochMs: () => Date.now() };
  const events = createRunEvents({ clock, reporters, log: () => {} });
  const { command, slots, tasks } = memo;
  events.emit({ type: 'run-started', runId: createRunId(startedAtEpochMs), startedAtEpochMs, command, slots, tasks });
  emitTasks(events, memo, attachment);
  const settled = { executed: 0, restoredLocal: 0, restoredRemote: 0, failed: 0, skipped: 0, cancelled: 0 };
  events.emit({
    type: 'run-finished',
    exitCode: exitCodes.ok,
    durationMs: Date.now() - startedAtEpochMs,
    tasks: { ...settled, upToDate: memo.settled.length },
    cacheTroubles: 0,
    savedMs: memo.settled.reduce((sum, { savedMs }) => sum + savedMs, 0),
  });
  void events.close();
  flush();
  return view();
}

async function record(view: RunView, rootAbsolute: string): Promise<void> {
  const run = buildRunRecord(view, { ...readGitHead(rootAbsolute), dirty: null });
  const file = historyFile({ stateDirectoryAbsolute: join(rootAbsolute, '.larder') });
  if (run === null || appendPendingRecord(file, run)) return;
  // Opening takes in what waits.
  const opened = await openHistory(file);
  if (opened.kind === 'unavailable') return;
  opened.history.recordRun(run);
  opened.history.close();
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

/** As other runs are named; chance of this quality is enough for a name, and loads nothing. */
function createRunId(epochMs: number): ReturnType<typeof asRunId> {
  const chance = Math.floor(Math.random() * 0x1_0000_0000);
  return asRunId(`${epochMs.toString(16).padStart(12, '0')}-${chance.toString(16).padStart(8, '0')}`);
}
