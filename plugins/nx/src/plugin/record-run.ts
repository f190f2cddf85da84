import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { TaskId } from '@larder/core';
import type { DaemonStatus } from '@larder/daemon';
import { openHistory, type RunRecord } from '@larder/report';
import { takeRunParts } from '../batch/run-parts.ts';
import { addRunParts } from './add-run-parts.ts';
import { buildNxRecord } from './build-nx-record.ts';
import { explainMisses } from './explain-misses.ts';
import { runIdOf, type NxResultsContext } from './nx-context.ts';
import { readTaskEdges } from './read-task-edges.ts';

/** Writes the run to the workspace's history, where `larder` keeps its own; without a history there is still a record. */
export async function recordRun(
  context: NxResultsContext,
  facts: { readonly daemon: DaemonStatus | null; readonly nowEpochMs: number },
): Promise<RunRecord> {
  const runId = `${facts.nowEpochMs.toString(36)}-${randomUUID().slice(0, 8)}`;
  const parts = takeRunParts(context.workspaceRoot, runIdOf(context), facts.nowEpochMs);
  const ids = Object.keys(context.taskResults) as TaskId[];
  const known = { reasons: await explainWhereKnown(context, facts.nowEpochMs), dependsOn: findEdges(context, ids) };
  const build = (expectedMs: ReadonlyMap<TaskId, number>) =>
    addRunParts(buildNxRecord(context, { ...facts, ...known, runId, expectedMs }), parts);
  const opened = await openHistory(join(context.workspaceRoot, '.larder', 'history.sqlite'));
  if (opened.kind === 'unavailable') return build(new Map());
  try {
    const record = build(opened.history.readExpectedDurations(ids));
    opened.history.recordRun(record);
    return record;
  } finally {
    opened.history.close();
  }
}

/** What is remembered of hashes is a convenience: the run is recorded without. */
async function explainWhereKnown(context: NxResultsContext, nowEpochMs: number): Promise<ReadonlyMap<TaskId, string>> {
  try {
    return await explainMisses(context, nowEpochMs);
  } catch {
    return new Map();
  }
}

/** Only where something was executed does it matter what waited for what. */
function findEdges(
  { workspaceRoot, taskResults }: NxResultsContext,
  ids: readonly TaskId[],
): ReadonlyMap<TaskId, readonly TaskId[]> {
  const wasExecuted = Object.values(taskResults).some(({ status }) => status === 'success' || status === 'failure');
  return wasExecuted ? readTaskEdges(workspaceRoot, ids, process.env) : new Map();
}
