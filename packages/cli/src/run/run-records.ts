import { resolve } from 'node:path';
import type { EarlyWork, TaskId } from '@larder/core';
import {
  buildRunRecord,
  buildTrace,
  openHistory,
  writeFileAtomically,
  type GitFacts,
  type OpenedHistory,
  type RunRecord,
  type RunView,
  type TaskExpectation,
} from '@larder/report';
import { readGitState } from '@larder/workspace';
import type { RunOptions } from '../argv/command.ts';
import { writeError } from '../session/command-io.ts';
import type { Session } from '../session/open-session.ts';
import { definedEnv } from '../session/spawn-commands.ts';
import type { Terminal } from '../terminal.ts';
import { historyFile } from './history-file.ts';
import { readGitHead } from './read-git-head.ts';
import { readOwnPhases } from './read-own-phases.ts';

/** The history as a run uses it. Whatever goes wrong with it is logged and changes nothing else. */
export interface RunRecords {
  readonly expectedMs: (tasks: Iterable<TaskId>) => ReadonlyMap<TaskId, number>;
  readonly expectations: (tasks: Iterable<TaskId>) => ReadonlyMap<TaskId, TaskExpectation>;
  /** Has git asked, for a run that does something. */
  readonly earlyWork: EarlyWork;
  /** The run as `keep` writes it; null where the view has seen none. */
  readonly describe: (view: RunView) => Promise<RunRecord | null>;
  /** Writes the run to the history, and to the files that were asked for; closes the history. */
  readonly keep: (view: RunView, wishes: Pick<RunOptions, 'recordFile' | 'profileFile'>) => Promise<void>;
  readonly close: () => void;
}

export async function openRunRecords(session: Session, terminal: Terminal): Promise<RunRecords> {
  const opened = await openHistory(historyFile(session));
  if (opened.kind === 'unavailable') session.log(`there is no history: ${opened.detail}`);
  let asked: Promise<GitFacts> | null = null;
  const describe: RunRecords['describe'] = async (view) =>
    buildRunRecord(view, await (asked ?? readGitFacts(session, terminal, didSomething(view))));
  return {
    expectedMs: (tasks) => toDurations(readExpectations(session, opened, tasks)),
    expectations: (tasks) => readExpectations(session, opened, tasks),
    earlyWork: () => {
      asked ??= readGitFacts(session, terminal, true);
    },
    describe,
    keep: async (view, wishes) => {
      const record = await describe(view);
      if (record === null) return;
      if (opened.kind === 'opened') {
        const written = opened.history.recordRun(record);
        if (written.kind === 'failed') session.log(`the run was not recorded: ${written.detail}`);
      }
      await writeRequestedFiles(session, terminal, { record, ...wishes });
    },
    close: () => {
      if (opened.kind === 'opened') opened.history.close();
    },
  };
}

/** Milliseconds by task, of those that have succeeded before. */
export function toDurations(expectations: ReadonlyMap<TaskId, TaskExpectation>): ReadonlyMap<TaskId, number> {
  return new Map(
    [...expectations].flatMap(([task, { durationMs }]) => (durationMs === null ? [] : [[task, durationMs]])),
  );
}

function readExpectations(
  session: Session,
  opened: OpenedHistory,
  tasks: Iterable<TaskId>,
): ReadonlyMap<TaskId, TaskExpectation> {
  if (opened.kind === 'unavailable') return new Map();
  try {
    return opened.history.readExpectations(tasks);
  } catch (error) {
    session.log(`the history could not be read: ${String(error)}`);
    return new Map();
  }
}

function didSomething({ totals }: RunView): boolean {
  return totals.executed + totals.failed > 0;
}

/**
 * Whether the tree is dirty costs a call of git: only for a run that did something with it, and not where a file is known
 * that was edited. Never rejects.
 */
async function readGitFacts(session: Session, terminal: Terminal, isDirtyAsked: boolean): Promise<GitFacts> {
  const head = readGitHead(session.rootAbsolute);
  if (head.head === null || !isDirtyAsked) return { ...head, dirty: null };
  const env = definedEnv(terminal.env);
  try {
    if (session.workspace.findEdited() !== null) return { ...head, dirty: true };
    // Not the run's signal: an interrupted run is recorded too.
    const state = await readGitState(session.rootAbsolute, { env, signal: AbortSignal.timeout(gitDeadlineMs) });
    return { ...head, dirty: state.kind === 'repository' ? state.dirty : null };
  } catch (error) {
    session.log(`git was not asked whether the tree is dirty: ${String(error)}`);
    return { ...head, dirty: null };
  }
}

const gitDeadlineMs = 5_000;

async function writeRequestedFiles(
  session: Session,
  terminal: Terminal,
  { record, recordFile, profileFile }: Pick<RunOptions, 'recordFile' | 'profileFile'> & { readonly record: RunRecord },
): Promise<void> {
  if (recordFile !== null) await writeJson(terminal, recordFile, record);
  if (profileFile === null) return;
  await writeJson(terminal, profileFile, buildTrace(record, readOwnPhases(session, record.startedAtEpochMs)));
}

async function writeJson(terminal: Terminal, file: string, value: unknown): Promise<void> {
  const written = writeFileAtomically(resolve(terminal.workingDirectory, file), `${JSON.stringify(value)}\n`);
  if (written.kind === 'failed') await writeError(terminal, `larder: ${file} was not written: ${written.detail}\n`);
}
