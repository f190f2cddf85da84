import type { Reporter, RunEvent, RunPlan, TaskGraph } from '@larder/core';
import type { RunCommand } from '../argv/command.ts';
import { localCacheDirectory } from '../run/create-run-cache.ts';
import type { RunHasher } from '../run/run-hasher.ts';
import { findSyncGenerators } from '../run/find-sync-generators.ts';
import type { Session } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';
import { describeOutputs } from './command-outputs.ts';
import { hasRepeatableInputs, isRepeatable } from './is-repeatable.ts';
import { indexRemembered } from './index-remembered.ts';
import { keepMemo } from './keep-memo.ts';
import { listUpToDate } from './list-up-to-date.ts';
import { proveOutputs, type UpToDateTask } from './prove-outputs.ts';
import type { NothingFormat, RecalledRun, RememberedPart } from './run-memo.ts';

export interface RunMemory {
  /** Watches the run. */
  readonly reporter: Reporter;
  /** Called after the run; never throws. */
  keep(): void;
}

export interface RememberedRun {
  readonly command: RunCommand;
  readonly taskGraph: TaskGraph;
  readonly hasher: RunHasher;
}

export interface WatchedRun extends RememberedRun {
  /** So many of its tasks are taken from memory. */
  readonly takenCount: number;
}

/**
 * Keeps a run that found everything up to date, or most of its tasks; null where the next one could not be answered by the
 * like of it.
 */
export function rememberRun(session: Session, terminal: Terminal, run: WatchedRun): RunMemory | null {
  const tasks = [...run.taskGraph.tasks.values()];
  if (!isRepeatable(session, terminal, run.command) || tasks.some((task) => !task.cache || task.continuous))
    return null;
  // A warning is for every run.
  if (findSyncGenerators(run.taskGraph) !== null) return null;
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent): void => {
    if (keptEvents.has(event.type)) events.push(event);
  };
  return { reporter: { onEvent, close: async () => {} }, keep: () => keepRun(session, terminal, { ...run, events }) };
}

const keptEvents: ReadonlySet<RunEvent['type']> = new Set([
  'run-started',
  'task-settled',
  'tasks-reopened',
  'run-finished',
]);

interface FinishedRun extends WatchedRun {
  readonly events: readonly RunEvent[];
}

function keepRun(session: Session, terminal: Terminal, run: FinishedRun): void {
  const { taskGraph, hasher, command } = run;
  const upToDate = listUpToDate(run.events);
  const isWhole = upToDate.length === taskGraph.tasks.size;
  if (!isWhole && !isPartWorthKeeping(session, run, upToDate)) return;
  const outputs = proveOutputs(session, upToDate);
  if (outputs === null || !hasRepeatableInputs(session, taskGraph, hasher.inputsOf)) return;
  const { rows, attachments, settled } = outputs;
  if (isWhole && settled.length < upToDate.length) return;
  const outer = hasher.outerInputs();
  const runtime = describeOutputs(outer.runtime);
  const memo = isWhole ? describeRun(session, run, { settled, runtime }) : describePart(session, settled);
  if (memo === null) return;
  keepMemo(session, terminal, { command, memo, outer, rows, attachment: Buffer.concat(attachments) });
}

/**
 * Writing a memo looks at every file once more. That pays where a later run in which nothing else changed could take at least
 * half of its tasks from it, and many that this run could not take.
 */
function isPartWorthKeeping(
  session: Session,
  { taskGraph, takenCount }: FinishedRun,
  upToDate: readonly UpToDateTask[],
): boolean {
  const all = taskGraph.tasks.size;
  if (!session.keepsGraph || !isMost(upToDate.length, { all, takenCount })) return false;
  return isMost(indexRemembered(session, taskGraph, upToDate).findUntouched([]).size, { all, takenCount });
}

function isMost(count: number, { all, takenCount }: { readonly all: number; readonly takenCount: number }): boolean {
  return count * 2 >= all && (count - takenCount) * 4 >= all;
}

function describePart(session: Session, settled: RememberedPart['settled']): RememberedPart {
  return { v: 1, kind: 'part', cacheDirectoryAbsolute: localCacheDirectory(session), settled };
}

function describeRun(
  session: Session,
  { events, command }: FinishedRun,
  found: Pick<RecalledRun, 'settled' | 'runtime'>,
): RecalledRun | null {
  const started = events.find((event) => event.type === 'run-started');
  if (started === undefined) return null;
  return {
    v: 1,
    kind: 'run',
    command: started.command,
    slots: started.slots,
    outputStyle: command.run.outputStyle ?? session.config.outputStyle,
    verbose: command.run.verbose,
    cacheDirectoryAbsolute: localCacheDirectory(session),
    tasks: started.tasks,
    ...found,
  };
}

/** Keeps a dry run, unless a remote cache had something to say: that may say something else at any time. */
export function rememberPlan(
  session: Session,
  terminal: Terminal,
  { plan, ...run }: RememberedRun & { readonly plan: RunPlan },
): void {
  const { command, taskGraph, hasher } = run;
  const isLocal = session.config.remote === null || command.run.skipRemoteCache || plan.entries.every(isSaidLocally);
  const hasStore = session.plugins.some((plugin) => plugin.cacheStore !== undefined);
  if (!isLocal || hasStore || !isRepeatable(session, terminal, command)) return;
  if (!hasRepeatableInputs(session, taskGraph, hasher.inputsOf)) return;
  const format = command.run.dryRun ?? 'text';
  const cacheDirectoryAbsolute = localCacheDirectory(session);
  const outer = hasher.outerInputs();
  const runtime = describeOutputs(outer.runtime);
  const memo = { v: 1, kind: 'plan', format, cacheDirectoryAbsolute, runtime, plan } as const;
  keepMemo(session, terminal, { command, memo, outer, rows: [], attachment: Buffer.alloc(0) });
}

function isSaidLocally({ cache }: RunPlan['entries'][number]): boolean {
  return cache.kind !== 'miss' && (cache.kind !== 'hit' || cache.where === 'local');
}

/** Keeps that nothing was selected. */
export function rememberNothing(
  session: Session,
  terminal: Terminal,
  { command, format }: { readonly command: RunCommand; readonly format: NothingFormat },
): void {
  if (!isRepeatable(session, terminal, command)) return;
  const outer = { paths: new Set<string>(), askedGit: true, runtime: new Map<string, string>() };
  const memo = { v: 1, kind: 'nothing', format } as const;
  keepMemo(session, terminal, { command, memo, outer, rows: [], attachment: Buffer.alloc(0) });
}
