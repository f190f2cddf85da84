import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { openTableStore, proveUnchanged, type OutputsTable } from '@larder/cache';
import type { Reporter, RunEvent, TaskGraph } from '@larder/core';
import {
  collectProof,
  digest,
  ensureSalt,
  listRefFiles,
  makeMemoKey,
  ProofKind,
  toProofRow,
  volatileNames,
  writeMemoClock,
  writeMemoFile,
  type ProofRow,
} from '@larder/workspace';
import type { RunCommand } from '../commands/run-tasks.ts';
import { localCacheDirectory } from '../run/create-run-cache.ts';
import type { RunHasher } from '../run/create-run-hasher.ts';
import { findNamedBase } from '../run/read-changes.ts';
import type { Session } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';
import type { RememberedTask, RunMemo } from './run-memo.ts';

/** Output of tasks that is kept for showing it again, all of it together. */
const maxAttachmentBytes = 4 * 1024 * 1024;

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

/**
 * Keeps a run that found everything up to date, with what proves that nothing has changed since. Null where the next
 * run could not be answered by it: its answer depends on more than files, or somebody else wants to see it happen.
 */
export function rememberRun(session: Session, terminal: Terminal, run: RememberedRun): RunMemory | null {
  if (terminal.memoQuestion === undefined || !isRepeatable(session, terminal, run)) return null;
  const events: RunEvent[] = [];
  return {
    reporter: {
      onEvent: (event) => {
        if (event.type === 'run-started' || event.type === 'task-settled' || event.type === 'run-finished')
          events.push(event);
      },
      close: async () => {},
    },
    keep: () => {
      try {
        write(session, terminal, { ...run, events });
      } catch (error) {
        session.log(`this run cannot be recalled: ${String(error)}`);
      }
    },
  };
}

function isRepeatable(session: Session, terminal: Terminal, { command, taskGraph, hasher }: RememberedRun): boolean {
  const { run } = command;
  if (run.skipCache || run.recordFile !== null || run.profileFile !== null) return false;
  if (session.warnings.length > 0 || session.plugins.some((plugin) => plugin.reporter !== undefined)) return false;
  if (command.kind === 'affected' && (terminal.isCi || command.changes.kind === 'stdin')) return false;
  // `[main]` is git's to say.
  if (command.kind !== 'run' && command.filters.some((filter) => filter.includes('['))) return false;
  for (const task of taskGraph.tasks.values()) {
    const { runtime, plugin, env } = hasher.inputsOf(task.id);
    if (!task.cache || task.continuous || runtime.length > 0 || plugin.length > 0) return false;
    if (env.some((name) => volatileNames.has(name))) return false;
  }
  return true;
}

interface FinishedRun extends RememberedRun {
  readonly events: readonly RunEvent[];
}

function write(session: Session, terminal: Terminal, run: FinishedRun): void {
  const { memoQuestion: question } = terminal;
  const outputs = proveOutputs(session, run.events);
  const sources = outputs === null ? null : listSources(session, terminal, run);
  if (question === undefined || outputs === null || sources === null) return;
  const { rootAbsolute, workspace } = session;
  const collected = collectProof({
    rootAbsolute,
    stateDirectoryAbsolute: question.stateDirectoryAbsolute,
    files: workspace.files.paths,
    folders: workspace.folders,
    others: sources,
    startedAtMs: performance.timeOrigin,
    rows: outputs.rows,
  });
  if (collected.kind === 'none') return session.log(`this run cannot be recalled: ${collected.detail}`);
  const { proof } = collected;
  const answer = JSON.stringify(describeAnswer(session, run, outputs.settled));
  const key = makeMemoKey(question, ensureSalt(question.stateDirectoryAbsolute));
  const memo = { proof, answer, attachment: Buffer.concat(outputs.attachments) };
  writeMemoFile(question.stateDirectoryAbsolute, key, { memo, log: session.log });
  // Written after it: a clock that is older than its memo only doubts more.
  const { changeClock } = terminal;
  if (changeClock) writeMemoClock(question.stateDirectoryAbsolute, key, JSON.stringify(changeClock));
}

function describeAnswer(
  session: Session,
  { events, command }: FinishedRun,
  settled: readonly RememberedTask[],
): RunMemo | null {
  const started = events.find((event) => event.type === 'run-started');
  if (started === undefined) return null;
  return {
    v: 1,
    command: started.command,
    slots: started.slots,
    outputStyle: command.run.outputStyle ?? session.config.outputStyle,
    verbose: command.run.verbose,
    cacheDirectoryAbsolute: localCacheDirectory(session),
    tasks: started.tasks,
    settled,
  };
}

interface ProvedOutputs {
  readonly settled: readonly RememberedTask[];
  readonly rows: readonly ProofRow[];
  readonly attachments: readonly Uint8Array[];
}

/** Null where a task was not up to date, or where nothing proves that it still is. */
function proveOutputs(session: Session, events: readonly RunEvent[]): ProvedOutputs | null {
  if (!events.some((event) => event.type === 'run-finished' && event.exitCode === 0 && event.cacheTroubles === 0))
    return null;
  const stateDirectoryAbsolute = join(session.stateDirectoryAbsolute, 'state');
  const tables = openTableStore({ stateDirectoryAbsolute, digest, log: session.log });
  const settled: RememberedTask[] = [];
  const rows: ProofRow[] = [];
  const attachments: Uint8Array[] = [];
  let attachedBytes = 0;
  for (const event of events) {
    if (event.type !== 'task-settled') continue;
    const table = event.outcome.kind === 'up-to-date' ? tables.read(event.task) : null;
    if (table === null || table.hash !== event.hash) return null;
    rows.push(...listOutputRows(session.rootAbsolute, table));
    // After the rows were taken: a change in between breaks either.
    if (!proveUnchanged(session.rootAbsolute, table)) return null;
    const { terminalOutput, executionMs } = table;
    settled.push({ id: event.task, hash: table.hash, savedMs: executionMs, outputBytes: terminalOutput.length });
    attachments.push(terminalOutput);
    attachedBytes += terminalOutput.length;
  }
  return attachedBytes > maxAttachmentBytes ? null : { settled, rows, attachments };
}

function listOutputRows(rootAbsolute: string, { outputs, listed, absent }: OutputsTable): readonly ProofRow[] {
  const rowOf = (path: string, kind: ProofKind): ProofRow =>
    toProofRow(path, kind, lstatSync(join(rootAbsolute, path), { throwIfNoEntry: false }));
  return [
    ...outputs.map(({ path, kind }) => rowOf(path, kind === 'directory' ? ProofKind.sameMode : ProofKind.same)),
    // Later rows win: a folder that was listed has to be the same.
    ...listed.map(({ path }) => rowOf(path, ProofKind.same)),
    ...absent.map((path) => rowOf(path, ProofKind.same)),
  ];
}

/** What the answer depends on beside the listed files; null where that cannot be told. */
function listSources(
  session: Session,
  terminal: Terminal,
  { command, hasher }: RememberedRun,
): readonly string[] | null {
  const { paths, askedGit } = hasher.outerInputs();
  const isAffected = command.kind === 'affected' && command.changes.kind !== 'files';
  if (!isAffected && !askedGit) return [...paths];
  const revisions = isAffected && command.changes.kind === 'range' ? listRevisions(session, terminal, command) : [];
  const refs = listRefFiles(session.rootAbsolute, revisions);
  return refs === null ? null : [...paths, ...refs];
}

type Affected = Extract<RunCommand, { readonly kind: 'affected' }>;

function listRevisions(session: Session, terminal: Terminal, { changes }: Affected): readonly string[] {
  if (changes.kind !== 'range') return [];
  const { base, head } = changes;
  return [findNamedBase(terminal.env, base) ?? session.config.defaultBase, head ?? terminal.env['NX_HEAD'] ?? 'HEAD'];
}
