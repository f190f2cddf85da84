import type { Reporter, RunEvent, RunPlan, TaskGraph } from '@larder/core';
import type { RunCommand } from '../argv/command.ts';
import { localCacheDirectory } from '../run/create-run-cache.ts';
import type { RunHasher } from '../run/run-hasher.ts';
import { findSyncGenerators } from '../run/find-sync-generators.ts';
import type { Session } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';
import { describeOutputs } from './command-outputs.ts';
import { hasRepeatableInputs, isRepeatable } from './is-repeatable.ts';
import { keepMemo } from './keep-memo.ts';
import { proveOutputs } from './prove-outputs.ts';
import type { NothingFormat, RecalledRun } from './run-memo.ts';

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

/** Keeps a run that found everything up to date; null where the next one could not be answered by it. */
export function rememberRun(session: Session, terminal: Terminal, run: RememberedRun): RunMemory | null {
  const tasks = [...run.taskGraph.tasks.values()];
  if (!isRepeatable(session, terminal, run.command) || tasks.some((task) => !task.cache || task.continuous))
    return null;
  // A warning is for every run.
  if (findSyncGenerators(run.taskGraph) !== null) return null;
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent): void => {
    if (event.type === 'run-started' || event.type === 'task-settled' || event.type === 'run-finished')
      events.push(event);
  };
  return { reporter: { onEvent, close: async () => {} }, keep: () => keepRun(session, terminal, { ...run, events }) };
}

interface FinishedRun extends RememberedRun {
  readonly events: readonly RunEvent[];
}

function keepRun(session: Session, terminal: Terminal, run: FinishedRun): void {
  const outputs = proveOutputs(session, run.events);
  if (outputs === null || !hasRepeatableInputs(session, run.taskGraph, run.hasher.inputsOf)) return;
  const outer = run.hasher.outerInputs();
  const runtime = describeOutputs(outer.runtime);
  const memo = describeRun(session, run, { settled: outputs.settled, runtime });
  if (memo === null) return;
  const { rows, attachments } = outputs;
  keepMemo(session, terminal, { command: run.command, memo, outer, rows, attachment: Buffer.concat(attachments) });
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
