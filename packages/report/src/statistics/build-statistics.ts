import type { TaskId } from '@larder/core';
import type { RunRecord, TaskRecord } from '../records/run-record.ts';
import type { Transfers } from '../summary/describe-transfers.ts';
import { findFlakyTasks, type FlakyTask } from './find-flaky.ts';
import { medianOf, quantileOf } from './median.ts';

/** What a history says; the document of `larder stats --json`. Times are milliseconds. */
export interface Statistics {
  readonly v: 1;
  readonly runs: number;
  readonly failedRuns: number;
  readonly fromEpochMs: number | null;
  readonly toEpochMs: number | null;
  readonly total: Usage;
  /** Days with runs, oldest first, in UTC. */
  readonly days: readonly (Usage & { readonly day: string; readonly runs: number })[];
  /** By the time that they took in all, most first. */
  readonly tasks: readonly TaskStatistics[];
  readonly flaky: readonly FlakyTask[];
}

export interface Usage extends Transfers {
  /** Cacheable tasks that were executed, failed, restored or up to date. */
  readonly cacheable: number;
  readonly localHits: number;
  readonly remoteHits: number;
  readonly savedMs: number;
  readonly executedMs: number;
  readonly storedBytes: number;
}

export interface TaskStatistics {
  readonly task: TaskId;
  readonly executions: number;
  readonly failures: number;
  readonly hits: number;
  /** Executions of a cacheable task. */
  readonly misses: number;
  readonly totalMs: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Median of the newer half over that of the older half; null with fewer than six executions. */
  readonly trend: number | null;
  /** The last twenty executions, oldest first. */
  readonly recentMs: readonly number[];
  /** Median of what was measured; null where nothing was. */
  readonly cpuMs: number | null;
  readonly memory: MemoryStatistics | null;
  /** The most frequent reason of a miss; null where none is known. */
  readonly missReason: string | null;
}

/** The peaks of those executions that were measured. */
export interface MemoryStatistics {
  readonly medianBytes: number;
  readonly maxBytes: number;
  /** As that of the durations. */
  readonly trend: number | null;
  /** The last twenty, oldest first. */
  readonly recentBytes: readonly number[];
}

/** `runs` may come in any order. */
export function buildStatistics(runs: readonly RunRecord[]): Statistics {
  const ordered = runs.toSorted((a, b) => a.startedAtEpochMs - b.startedAtEpochMs);
  const days = [...Map.groupBy(ordered, (run) => new Date(run.startedAtEpochMs).toISOString().slice(0, 10))];
  return {
    v: 1,
    runs: runs.length,
    failedRuns: runs.filter(({ exitCode }) => exitCode !== 0).length,
    fromEpochMs: ordered[0]?.startedAtEpochMs ?? null,
    toEpochMs: ordered.at(-1)?.startedAtEpochMs ?? null,
    total: addUsage(ordered),
    days: days.map(([day, ofDay]) => ({ day, runs: ofDay.length, ...addUsage(ofDay) })),
    tasks: buildTasks(ordered),
    flaky: findFlakyTasks(ordered),
  };
}

function addUsage(runs: readonly RunRecord[]): Usage {
  const tasks = runs.flatMap((run) => run.tasks);
  const hits = tasks.filter(isHit);
  const remoteHits = hits.filter(({ outcome }) => outcome?.kind === 'restored' && outcome.from === 'remote').length;
  return {
    cacheable: hits.length + tasks.filter(isMiss).length,
    localHits: hits.length - remoteHits,
    remoteHits,
    savedMs: sum(runs.map(({ savedMs }) => savedMs)),
    executedMs: sum(tasks.map(executedMs)),
    storedBytes: sum(tasks.map(({ storedBytes }) => storedBytes ?? 0)),
    downloadedBytes: sum(runs.map(({ downloadedBytes }) => downloadedBytes)),
    uploadedBytes: sum(runs.map(({ uploadedBytes }) => uploadedBytes)),
    unusedDownloads: sum(runs.map(({ unusedDownloads }) => unusedDownloads)),
  };
}

function buildTasks(runs: readonly RunRecord[]): readonly TaskStatistics[] {
  const byTask = Map.groupBy(
    runs.flatMap((run) => run.tasks),
    ({ id }) => id,
  );
  return [...byTask].map(([task, records]) => buildTask(task, records)).toSorted((a, b) => b.totalMs - a.totalMs);
}

const recentShown = 20;
const minForTrend = 6;

function buildTask(task: TaskId, records: readonly TaskRecord[]): TaskStatistics {
  const passed = records.filter(({ outcome, continuous }) => outcome?.kind === 'executed' && !continuous);
  const times = passed.map(executedMs);
  const cpuTimes = passed.flatMap(({ cpuMs }) => cpuMs ?? []);
  return {
    task,
    executions: times.length,
    failures: records.filter(({ outcome }) => outcome?.kind === 'failed').length,
    hits: records.filter(isHit).length,
    misses: records.filter(isMiss).length,
    totalMs: sum(times),
    p50: medianOf(times),
    p95: quantileOf(times, 0.95),
    p99: quantileOf(times, 0.99),
    trend: findTrend(times),
    recentMs: times.slice(-recentShown),
    cpuMs: cpuTimes.length === 0 ? null : medianOf(cpuTimes),
    memory: buildMemory(passed.flatMap(({ peakMemoryBytes }) => peakMemoryBytes ?? [])),
    missReason: findMostFrequent(records.filter(isMiss).map(({ reason }) => reason)),
  };
}

/** Median of the newer half over that of the older half. */
function findTrend(values: readonly number[]): number | null {
  const half = values.length >> 1;
  const older = medianOf(values.slice(0, half));
  return values.length < minForTrend || older === 0 ? null : medianOf(values.slice(-half)) / older;
}

function buildMemory(peaks: readonly number[]): MemoryStatistics | null {
  if (peaks.length === 0) return null;
  return {
    medianBytes: medianOf(peaks),
    maxBytes: peaks.reduce((most, peak) => Math.max(most, peak), 0),
    trend: findTrend(peaks),
    recentBytes: peaks.slice(-recentShown),
  };
}

function isHit({ cacheable, outcome }: TaskRecord): boolean {
  return cacheable && (outcome?.kind === 'restored' || outcome?.kind === 'up-to-date');
}

function isMiss({ cacheable, outcome }: TaskRecord): boolean {
  return cacheable && (outcome?.kind === 'executed' || outcome?.kind === 'failed');
}

function executedMs({ outcome }: TaskRecord): number {
  return outcome?.kind === 'executed' || outcome?.kind === 'failed' ? outcome.durationMs : 0;
}

function findMostFrequent(reasons: readonly (string | null)[]): string | null {
  const counts = Map.groupBy(
    reasons.filter((reason) => reason !== null),
    (reason) => reason,
  );
  return [...counts].toSorted((a, b) => b[1].length - a[1].length)[0]?.[0] ?? null;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
