import { appendFileSync } from 'node:fs';
import { appendPendingLine, buildRunRecord, openHistory, renderJobSummary, type RunRecord } from '@larder/report';
import { touchMemo } from '@larder/workspace';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { historyFile } from '../run/history-file.ts';
import { readGitHead } from '../run/read-git-head.ts';
import { reportNothing } from '../run/report-nothing.ts';
import { writePlan } from '../run/write-plan.ts';
import { writeOut } from '../session/command-io.ts';
import type { Terminal } from '../terminal.ts';
import type { FoundAnswer } from './find-answer.ts';
import type { AskedRun } from './recall-run.ts';
import { agreesWithCache } from './prove-entries.ts';
import { renderRecalled, type KeptRun } from './render-recalled.ts';
import type { RunMemo } from './run-memo.ts';

/** Tells a remembered answer wherever it goes to. Null where the local cache has changed since, or what commands print. */
export async function retellRun(terminal: Terminal, found: FoundAnswer, asked: AskedRun): Promise<ExitCode | null> {
  // Whole by its checksum, and written by this build: trusted as it is.
  const memo = JSON.parse(found.answer()) as RunMemo;
  if (!(await agreesWithCommands(terminal, memo, asked)) || !agreesWithCache(memo)) return null;
  touchMemo(asked.question.stateDirectoryAbsolute, found.key);
  switch (memo.kind) {
    case 'run':
      return tellRun(terminal, { memo, attachment: found.attachment }, asked);
    case 'plan':
      return writePlan(terminal, memo.plan, memo.format);
    case 'nothing':
      return reportNothing(terminal, memo.format);
  }
}

async function agreesWithCommands(terminal: Terminal, memo: RunMemo, { question }: AskedRun): Promise<boolean> {
  if (memo.kind === 'nothing' || memo.runtime.length === 0) return true;
  const { standsAfterAsking } = await import('./ask-commands.ts');
  return standsAfterAsking(terminal, memo.runtime, question);
}

async function tellRun(terminal: Terminal, run: KeptRun, asked: AskedRun): Promise<ExitCode> {
  const { startedAtEpochMs, question } = asked;
  const clock = { now: () => performance.now(), epochMs: () => Date.now() };
  const durationMs = (): number => Date.now() - startedAtEpochMs;
  const { text, view } = renderRecalled(terminal, run, { startedAtEpochMs, durationMs, clock });
  await writeOut(terminal, text);
  const jobSummary = terminal.env['GITHUB_STEP_SUMMARY'] ?? '';
  if (jobSummary !== '') appendFileSync(jobSummary, `${renderJobSummary(view)}\n`);
  const record = buildRunRecord(view, { ...readGitHead(question.rootAbsolute), dirty: null });
  if (record !== null) await recordText(JSON.stringify(record), question.rootAbsolute);
  return exitCodes.ok;
}

/** Keeps the record of a run, given as its JSON. */
export async function recordText(record: string, rootAbsolute: string): Promise<void> {
  const file = historyFile({ stateDirectoryAbsolute: `${rootAbsolute}/.larder` });
  if (appendPendingLine(file, record)) return;
  // Opening takes in what waits.
  const opened = await openHistory(file);
  if (opened.kind === 'unavailable') return;
  opened.history.recordRun(JSON.parse(record) as RunRecord);
  opened.history.close();
}
