import { isJsonObject, type TaskId } from '@larder/core';
import { readJsonFile } from './read-json-file.ts';
import { writeFileAtomically, type WriteResult } from './write-file-atomically.ts';

/** Runs that a task's expected time is taken from. */
const keptRuns = 5;
const maxTasks = 50_000;

export interface TaskDuration {
  readonly task: TaskId;
  readonly durationMs: number;
}

/**
 * Expected milliseconds by task: the median of its last five executions, so that one slow run does
 * not count. A file that is missing or broken is an empty history.
 */
export function readDurations(fileAbsolute: string): ReadonlyMap<TaskId, number> {
  return new Map([...readHistory(fileAbsolute)].map(([task, runs]) => [task, findMedian(runs)]));
}

/**
 * Adds executions to the history; call it once at the end of a run. Reads, changes and replaces the
 * whole file; of two runs that end at the same moment one may be forgotten. Keeps the 50,000 tasks
 * that ran last. Does nothing where `results` is empty.
 */
export function recordDurations(fileAbsolute: string, results: readonly TaskDuration[]): WriteResult {
  if (results.length === 0) return { kind: 'written' };
  const history = readHistory(fileAbsolute);
  for (const { task, durationMs } of results) {
    const runs = [...(history.get(task) ?? []), Math.round(durationMs)].slice(-keptRuns);
    // Taken out and put in again, so that the order is that of the last use.
    history.delete(task);
    history.set(task, runs);
  }
  const kept = [...history].slice(-maxTasks);
  return writeFileAtomically(fileAbsolute, JSON.stringify({ v: 1, tasks: Object.fromEntries(kept) }));
}

function readHistory(fileAbsolute: string): Map<TaskId, readonly number[]> {
  const content = readJsonFile(fileAbsolute);
  const history = new Map<TaskId, readonly number[]>();
  if (!isJsonObject(content) || content['v'] !== 1 || !isJsonObject(content['tasks'])) return history;
  for (const [task, runs] of Object.entries(content['tasks']).slice(-maxTasks)) {
    const valid = Array.isArray(runs) ? runs.filter(isDuration).slice(-keptRuns) : [];
    if (valid.length > 0) history.set(task as TaskId, valid);
  }
  return history;
}

function isDuration(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function findMedian(runs: readonly number[]): number {
  const sorted = runs.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return (lower + upper) / 2;
}
