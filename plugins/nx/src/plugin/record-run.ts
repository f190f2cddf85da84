import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { TaskId } from '@larder/core';
import type { DaemonStatus } from '@larder/daemon';
import { appendPendingRecord, openHistory, type RunRecord } from '@larder/report';
import { takeRunParts } from '../batch/run-parts.ts';
import { addRunParts } from './add-run-parts.ts';
import { buildNxRecord } from './build-nx-record.ts';
import { explainMisses } from './explain-misses.ts';
import { readFileState, type KnownDurations } from './known-durations.ts';
import { runIdOf, type NxResultsContext } from './nx-context.ts';
import { readTaskEdges } from './read-task-edges.ts';

export interface RecordFacts {
  readonly daemon: DaemonStatus | null;
  readonly nowEpochMs: number;
  /** Null in a process that serves one run. */
  readonly durations: KnownDurations | null;
  /** Called where there is a history that does not take the record: nothing else tells of it. */
  readonly onUnwritten: (detail: string) => void;
}

/** How tasks end from whose end nothing is to be learnt for later runs. */
const hits: ReadonlySet<string> = new Set(['local-cache-kept-existing', 'local-cache', 'remote-cache']);

/** Writes the run to the workspace's history, where `larder` keeps its own; without a history there is still a record. */
export async function recordRun(context: NxResultsContext, facts: RecordFacts): Promise<RunRecord> {
  const runId = `${facts.nowEpochMs.toString(36)}-${randomUUID().slice(0, 8)}`;
  const parts = takeRunParts(context.workspaceRoot, runIdOf(context), facts.nowEpochMs);
  const ids = Object.keys(context.taskResults) as TaskId[];
  const known = { reasons: await explainWhereKnown(context, facts.nowEpochMs), dependsOn: findEdges(context) };
  const build = (expectedMs: ReadonlyMap<TaskId, number>) =>
    addRunParts(buildNxRecord(context, { ...facts, ...known, runId, expectedMs }), parts);
  const file = join(context.workspaceRoot, '.larder', 'history.sqlite');
  const { durations, onUnwritten } = facts;
  const recordNow = (make: typeof build) => recordInHistory(file, { ids, build: make, onUnwritten });
  const isRepeat = parts.length === 0 && Object.values(context.taskResults).every(({ status }) => hits.has(status));
  if (durations === null || !isRepeat) return await recordNow(build);
  const expectedMs = durations.find(readFileState(file), ids) ?? (await readDurations(file, ids, durations));
  const record = build(expectedMs ?? new Map());
  if (expectedMs === null || appendPendingRecord(file, record)) return record;
  return await recordNow(() => record);
}

/** Null where there is no history to be had. */
async function readDurations(
  fileAbsolute: string,
  ids: readonly TaskId[],
  durations: KnownDurations,
): Promise<ReadonlyMap<TaskId, number> | null> {
  const opened = await openHistory(fileAbsolute);
  if (opened.kind === 'unavailable') return null;
  try {
    // Before reading: what is written meanwhile makes another state.
    const state = readFileState(fileAbsolute);
    const known = opened.history.readExpectedDurations(ids);
    durations.keep(state, ids, known);
    return known;
  } finally {
    opened.history.close();
  }
}

async function recordInHistory(
  fileAbsolute: string,
  {
    ids,
    build,
    onUnwritten,
  }: Pick<RecordFacts, 'onUnwritten'> & {
    readonly ids: readonly TaskId[];
    readonly build: (expectedMs: ReadonlyMap<TaskId, number>) => RunRecord;
  },
): Promise<RunRecord> {
  const opened = await openHistory(fileAbsolute);
  if (opened.kind === 'unavailable') return build(new Map());
  try {
    const record = build(opened.history.readExpectedDurations(ids));
    const written = opened.history.recordRun(record);
    if (written.kind === 'failed') onUnwritten(written.detail);
    return record;
  } finally {
    opened.history.close();
  }
}

/** What is remembered of hashes is a convenience: the run is recorded without. */
async function explainWhereKnown(context: NxResultsContext, nowEpochMs: number): Promise<ReadonlyMap<TaskId, string>> {
  try {
    return await explainMisses(context, { nowEpochMs, env: process.env });
  } catch {
    return new Map();
  }
}

/** Only where something was executed does it matter what waited for what. */
function findEdges({ workspaceRoot, taskResults }: NxResultsContext): ReadonlyMap<TaskId, readonly TaskId[]> {
  const wasExecuted = Object.values(taskResults).some(({ status }) => status === 'success' || status === 'failure');
  const tasks = Object.entries(taskResults).map(([id, { task }]) => [id as TaskId, task.target] as const);
  return wasExecuted ? readTaskEdges(workspaceRoot, new Map(tasks), process.env) : new Map();
}
