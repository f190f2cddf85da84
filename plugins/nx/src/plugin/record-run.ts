import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { TaskId } from '@larder/core';
import type { DaemonStatus } from '@larder/daemon';
import { openHistory, type RunRecord } from '@larder/report';
import { takeRunParts } from '../batch/run-parts.ts';
import { addRunParts } from './add-run-parts.ts';
import { buildNxRecord } from './build-nx-record.ts';
import { runIdOf, type NxResultsContext } from './nx-context.ts';

/** Writes the run to the workspace's history, where `larder` keeps its own; without a history there is still a record. */
export async function recordRun(
  context: NxResultsContext,
  facts: { readonly daemon: DaemonStatus | null; readonly nowEpochMs: number },
): Promise<RunRecord> {
  const runId = `${facts.nowEpochMs.toString(36)}-${randomUUID().slice(0, 8)}`;
  const parts = takeRunParts(context.workspaceRoot, runIdOf(context), facts.nowEpochMs);
  const build = (expectedMs: ReadonlyMap<TaskId, number>) =>
    addRunParts(buildNxRecord(context, { ...facts, runId, expectedMs }), parts);
  const opened = await openHistory(join(context.workspaceRoot, '.larder', 'history.sqlite'));
  if (opened.kind === 'unavailable') return build(new Map());
  try {
    const record = build(opened.history.readExpectedDurations(Object.keys(context.taskResults) as TaskId[]));
    opened.history.recordRun(record);
    return record;
  } finally {
    opened.history.close();
  }
}
