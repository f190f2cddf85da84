import { asRunId, toTaskHash, asDigest, type TaskHash, type TaskId, type TaskOutcome } from '@larder/core';
import type { DaemonStatus } from '@larder/daemon';
import { noGit, type RunRecord, type TaskRecord } from '@larder/report';
import { countTotals, savedMsOf } from './add-run-parts.ts';
import { isCacheable } from './is-cacheable.ts';
import type { NxResultsContext, NxTaskResult } from './nx-context.ts';

export interface NxRecordFacts {
  readonly runId: string;
  readonly nowEpochMs: number;
  /** Milliseconds that a task took when it was executed. */
  readonly expectedMs: ReadonlyMap<TaskId, number>;
  /** Why tasks missed, as far as it is known. */
  readonly reasons: ReadonlyMap<TaskId, string>;
  /** Which tasks of the run each one waits for. */
  readonly dependsOn: ReadonlyMap<TaskId, readonly TaskId[]>;
  /** Null where the run had no daemon. */
  readonly daemon: DaemonStatus | null;
}

/** What Nx says of a run, as the record that the command line keeps of its own. */
export function buildNxRecord(context: NxResultsContext, facts: NxRecordFacts): RunRecord {
  const results = Object.entries(context.taskResults);
  const endedAt = context.endTime ?? facts.nowEpochMs;
  const startedAt = context.startTime ?? Math.min(endedAt, ...results.flatMap(([, { task }]) => task.startTime ?? []));
  const tasks = results.map(([id, result]) => buildTask(id as TaskId, result, { ...facts, context, startedAt }));
  const run = facts.daemon?.duringRun ?? null;
  return {
    v: 1,
    runId: asRunId(facts.runId),
    startedAtEpochMs: startedAt,
    command: ['nx', ...(context.argv ?? []).slice(2)].join(' '),
    slots: countMostAtOnce(tasks),
    exitCode: findExitCode(tasks),
    durationMs: endedAt - startedAt,
    savedMs: tasks.reduce((sum, { outcome }) => sum + savedMsOf(outcome), 0),
    downloadedBytes: run?.downloadedBytes ?? 0,
    uploadedBytes: run?.uploadedBytes ?? 0,
    unusedDownloads: run === null ? 0 : Math.max(0, run.ahead.fetched - run.ahead.asked),
    git: noGit,
    totals: countTotals(tasks),
    tasks,
  };
}

/** Nx does not say how many it would have run at once: what it did is the least that it can be. */
function countMostAtOnce(tasks: readonly TaskRecord[]): number {
  const changes = tasks.flatMap(({ outcome, continuous, startedAt, settledAt }) => {
    const ran = outcome?.kind === 'executed' || outcome?.kind === 'failed';
    if (!ran || continuous || startedAt === null || settledAt === null) return [];
    return [
      { at: startedAt, by: 1 },
      { at: settledAt, by: -1 },
    ];
  });
  let running = 0;
  let most = 1;
  for (const { by } of changes.toSorted((a, b) => a.at - b.at || a.by - b.by)) {
    running += by;
    most = Math.max(most, running);
  }
  return most;
}

/** Nx does not say it. Tasks that go on for ever are stopped at the end of every run. */
function findExitCode(tasks: readonly TaskRecord[]): number {
  if (tasks.some(({ outcome, continuous }) => outcome?.kind === 'cancelled' && !continuous)) return 130;
  return tasks.some(({ outcome }) => outcome?.kind === 'failed') ? 1 : 0;
}

interface TaskFacts extends Pick<NxRecordFacts, 'expectedMs' | 'reasons' | 'dependsOn'> {
  readonly context: NxResultsContext;
  readonly startedAt: number;
}

function buildTask(id: TaskId, result: NxTaskResult, facts: TaskFacts): TaskRecord {
  const { task } = result;
  const { startedAt } = facts;
  const since = (at: number | undefined): number | null => (at === undefined ? null : Math.max(0, at - startedAt));
  return {
    id,
    cacheable: isCacheable(facts.context, task),
    continuous: task.continuous === true,
    dependsOn: facts.dependsOn.get(id) ?? [],
    hash: toHash(task.hash),
    outcome: toOutcome(id, result, facts.expectedMs.get(id) ?? 0),
    reason: facts.reasons.get(id) ?? null,
    hashMs: null,
    lookupMs: null,
    activeAt: since(task.startTime),
    startedAt: since(task.startTime),
    settledAt: since(task.endTime),
    storedBytes: null,
    cpuMs: null,
    peakMemoryBytes: null,
  };
}

/** Nx's hashes are decimal numbers of 64 bits; records hold 32 hex digits. */
function toHash(hash: string | undefined): TaskHash | null {
  if (hash === undefined || !/^\d{1,20}$/.test(hash)) return null;
  return toTaskHash(asDigest(BigInt(hash).toString(16).padStart(32, '0')));
}

function toOutcome(id: TaskId, { task, status, code }: NxTaskResult, savedMs: number): TaskOutcome {
  const durationMs = Math.max(0, (task.endTime ?? 0) - (task.startTime ?? 0));
  switch (status) {
    case 'success':
      return { kind: 'executed', durationMs, attempts: 1 };
    case 'local-cache':
      return { kind: 'restored', from: 'local', savedMs };
    case 'remote-cache':
      return { kind: 'restored', from: 'remote', savedMs };
    case 'local-cache-kept-existing':
      return { kind: 'up-to-date', savedMs };
    case 'skipped':
      // Nx does not say which dependency it was.
      return { kind: 'skipped', failedDependency: id };
    case 'stopped':
      return { kind: 'cancelled' };
    default:
      return { kind: 'failed', exitCode: code ?? 1, durationMs, attempts: 1 };
  }
}
