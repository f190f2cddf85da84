import { compareCodeUnits, type TaskId } from '@larder/core';
import type { RunRecord } from '../records/run-record.ts';
import { findBlockingChain, type ChainLink } from './blocking-chain.ts';
import { measureSlots, type SlotUse } from './slot-use.ts';
import { simulateRun, type SimulatedTask } from './simulate-run.ts';
import { asPerfectlyCached, toSimulatedTasks, withFasterTask, withSplitTask } from './simulated-tasks.ts';

/** The document of `larder analyze --json`. Times are milliseconds. */
export interface RunAnalysis {
  readonly v: 1;
  readonly runId: string;
  readonly command: string;
  readonly slots: number;
  readonly wallMs: number;
  readonly downloadedBytes: number;
  readonly uploadedBytes: number;
  /** Artifacts that were downloaded ahead, and nobody asked for. */
  readonly unusedDownloads: number;
  /** What the simulation says of the run as it was: its distance from `wallMs` is the error of the model. */
  readonly simulatedMs: number;
  readonly chain: readonly ChainLink[];
  readonly slotUse: SlotUse;
  /** The change that saves most first. */
  readonly whatIf: readonly Prediction[];
  readonly validation: readonly Validation[];
}

export interface Prediction {
  readonly change: Change;
  readonly predictedMs: number;
  /** Against the simulation of the run as it was. */
  readonly savedMs: number;
}

export type Change =
  | { readonly kind: 'slots'; readonly slots: number }
  | { readonly kind: 'perfect-cache' }
  | { readonly kind: 'twice-as-fast'; readonly task: TaskId }
  | { readonly kind: 'split'; readonly task: TaskId };

/** A run that took place with other slots, against what this one predicts for it. */
export interface Validation {
  readonly runId: string;
  readonly slots: number;
  readonly measuredMs: number;
  readonly predictedMs: number;
  /** Signed, of the measured time. */
  readonly error: number;
}

/** Tasks that are tried faster and split: those that took longest, wherever they stand. */
const candidates = 15;
const slotsTried = [1, 2, 4, 8, 16, 32];
const validationsShown = 20;

/** `others` are runs to validate with; those that executed other tasks than this one are passed over. */
export function analyzeRun(record: RunRecord, others: readonly RunRecord[]): RunAnalysis {
  const tasks = toSimulatedTasks(record);
  const outside = measureOutside(record);
  const predict = (changed: readonly SimulatedTask[], slots: number): number => outside + simulateRun(changed, slots);
  const simulatedMs = predict(tasks, record.slots);
  const whatIf = listChanges(record, tasks).map((change): Prediction => {
    const predictedMs = predict(
      applyChange(change, record, tasks),
      change.kind === 'slots' ? change.slots : record.slots,
    );
    return { change, predictedMs, savedMs: simulatedMs - predictedMs };
  });
  return {
    v: 1,
    runId: record.runId,
    command: record.command,
    slots: record.slots,
    wallMs: record.durationMs,
    downloadedBytes: record.downloadedBytes,
    uploadedBytes: record.uploadedBytes,
    unusedDownloads: record.unusedDownloads,
    simulatedMs,
    chain: findBlockingChain(record),
    slotUse: measureSlots(record),
    whatIf: whatIf.toSorted((a, b) => b.savedMs - a.savedMs),
    validation: findComparable(record, others).map((other) => {
      const predictedMs = predict(tasks, other.slots);
      const measuredMs = other.durationMs;
      const error = (predictedMs - measuredMs) / measuredMs;
      return { runId: other.runId, slots: other.slots, measuredMs, predictedMs, error };
    }),
  };
}

/** What passes before the first task and after the last, which no change of tasks makes shorter. */
function measureOutside({ tasks, durationMs }: RunRecord): number {
  const starts = tasks.map(({ activeAt }) => activeAt).filter((at) => at !== null);
  const ends = tasks.map(({ settledAt }) => settledAt).filter((at) => at !== null);
  const first = starts.reduce((least, at) => Math.min(least, at), durationMs);
  const last = ends.reduce((most, at) => Math.max(most, at), 0);
  return first + Math.max(0, durationMs - last);
}

function listChanges({ slots }: RunRecord, tasks: readonly SimulatedTask[]): readonly Change[] {
  const slowest = tasks
    .flatMap(({ id, work }) => (work.kind === 'execute' ? [{ id, ms: work.executeMs }] : []))
    .toSorted((a, b) => b.ms - a.ms)
    .slice(0, candidates);
  return [
    ...slotsTried.filter((count) => count !== slots).map((count) => ({ kind: 'slots', slots: count }) as const),
    { kind: 'perfect-cache' },
    ...slowest.map(({ id }) => ({ kind: 'twice-as-fast', task: id }) as const),
    ...slowest.map(({ id }) => ({ kind: 'split', task: id }) as const),
  ];
}

function applyChange(change: Change, record: RunRecord, tasks: readonly SimulatedTask[]): readonly SimulatedTask[] {
  switch (change.kind) {
    case 'slots':
      return tasks;
    case 'perfect-cache':
      return asPerfectlyCached(record, tasks);
    case 'twice-as-fast':
      return withFasterTask(tasks, change.task, 2);
    case 'split':
      return withSplitTask(tasks, change.task);
  }
}

function findComparable(record: RunRecord, others: readonly RunRecord[]): readonly RunRecord[] {
  const executed = describeExecuted(record);
  return others
    .filter((other) => other.runId !== record.runId && describeExecuted(other) === executed)
    .slice(0, validationsShown);
}

function describeExecuted({ tasks }: RunRecord): string {
  return JSON.stringify(tasks.map(({ id, outcome }) => `${id} ${outcome?.kind ?? ''}`).toSorted(compareCodeUnits));
}
