import type { RunView } from '@larder/report';
import { buildRunRecord, noGit } from '@larder/report';
import { describeLook } from '../output.ts';
import { describeNothing } from '../run/report-nothing.ts';
import { describePlan } from '../run/write-plan.ts';
import type { Terminal } from '../terminal.ts';
import { renderRecalled, type KeptRun, type RecalledText } from './render-recalled.ts';
import type { RunMemo } from './run-memo.ts';
import { ownOfRun, type Telling } from './telling.ts';

/** Null for an answer that has to be told anew each time: in styles that say more of a run than how long it took. */
export function prepareTelling(terminal: Terminal, memo: RunMemo, attachment: Uint8Array): Telling | null {
  // Commands are asked first, which takes more than what tells an answer at once has loaded.
  if (memo.kind !== 'nothing' && memo.runtime.length > 0) return null;
  const look = describeLook(terminal);
  switch (memo.kind) {
    case 'run':
      return prepareRun(terminal, { memo, attachment }, look);
    case 'plan':
      return { v: 1, look, text: [describePlan(terminal, memo.plan, memo.format)], record: null };
    case 'nothing':
      return { v: 1, look, text: [describeNothing(memo.format)], record: null };
  }
}

function prepareRun(terminal: Terminal, run: KeptRun, look: string): Telling | null {
  // The page of a job has the time in it, too.
  if ((terminal.env['GITHUB_STEP_SUMMARY'] ?? '') !== '') return null;
  const text = splitAtDuration(renderAt(terminal, run, 1).text, renderAt(terminal, run, 2).text);
  const record = describeRecord(renderAt(terminal, run, 0).view);
  return text === null || record === null ? null : { v: 1, look, text, record };
}

function renderAt(terminal: Terminal, run: KeptRun, moment: number): RecalledText {
  const clock = { now: () => 0, epochMs: () => moment };
  return renderRecalled(terminal, run, { startedAtEpochMs: moment, durationMs: () => moment, clock });
}

/**
 * The text around the duration, from the texts of two runs that were told at different moments and took 1 and 2 ms.
 * Null where they differ in anything else.
 */
export function splitAtDuration(first: string, second: string): readonly string[] | null {
  if (first === second) return [first];
  let at = 0;
  while (first[at] === second[at]) at += 1;
  const [head, tail] = [first.slice(0, at), first.slice(at)];
  return tail.startsWith('1 ms') && `${head}2${tail.slice(1)}` === second ? [head, tail.slice('1 ms'.length)] : null;
}

function describeRecord(view: RunView): string | null {
  const record = buildRunRecord(view, noGit);
  if (record === null) return null;
  const own = new Set<string>(ownOfRun);
  return JSON.stringify(Object.fromEntries(Object.entries(record).filter(([name]) => !own.has(name))));
}
