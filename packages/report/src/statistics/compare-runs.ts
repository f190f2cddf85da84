import type { TaskId } from '@larder/core';
import type { RunRecord } from '../records/run-record.ts';
import { adjustByHolm, mannWhitneyP } from './mann-whitney.ts';
import { medianOf } from './median.ts';
import { collectDurations } from './task-samples.ts';

/** A difference counts below this. */
export const significanceLevel = 0.05;

export interface Comparison {
  readonly v: 1;
  readonly test: string;
  readonly runs: readonly [a: number, b: number];
  /** Whole runs, whatever they did. */
  readonly wall: ComparedSamples;
  /** Tasks that both sides executed, the largest change in time first. */
  readonly tasks: readonly ComparedTask[];
  readonly onlyInA: readonly TaskId[];
  readonly onlyInB: readonly TaskId[];
}

export interface ComparedSamples {
  readonly executions: readonly [a: number, b: number];
  readonly medianMs: readonly [a: number, b: number];
  /** B over A. */
  readonly ratio: number;
  /** Adjusted over all tasks; null where so few values could not show any difference. */
  readonly p: number | null;
}

export interface ComparedTask extends ComparedSamples {
  readonly task: TaskId;
  readonly verdict: 'slower' | 'faster' | 'no difference shown' | 'too few executions';
}

const testName = 'Mann-Whitney U, two-sided, with the correction of Holm over all tasks';

/** Compares how long tasks took. Executions only: what was restored says nothing about a task. */
export function compareRuns(a: readonly RunRecord[], b: readonly RunRecord[]): Comparison {
  const [inA, inB] = [collectDurations(a), collectDurations(b)];
  const shared = [...inA].flatMap(([task, durations]) => {
    const others = inB.get(task);
    return others === undefined ? [] : [{ task, ...compareSamples(durations, others) }];
  });
  const testable = shared.filter(({ p }) => p !== null);
  const adjusted = adjustByHolm(testable.map(({ p }) => p ?? 1));
  const byTask = new Map(testable.map(({ task }, index) => [task, adjusted[index] ?? 1]));
  const tasks = shared.map((compared) => judge({ ...compared, p: byTask.get(compared.task) ?? null }));
  return {
    v: 1,
    test: testName,
    runs: [a.length, b.length],
    wall: compareSamples(
      a.map(({ durationMs }) => durationMs),
      b.map(({ durationMs }) => durationMs),
    ),
    tasks: tasks.toSorted((x, y) => changeOf(y) - changeOf(x)),
    onlyInA: [...inA.keys()].filter((task) => !inB.has(task)),
    onlyInB: [...inB.keys()].filter((task) => !inA.has(task)),
  };
}

export function compareSamples(a: readonly number[], b: readonly number[]): ComparedSamples {
  const medianMs = [medianOf(a), medianOf(b)] as const;
  return {
    executions: [a.length, b.length],
    medianMs,
    ratio: medianMs[0] === 0 ? 1 : medianMs[1] / medianMs[0],
    p: canDiffer(a.length, b.length) ? mannWhitneyP(a, b) : null,
  };
}

/** Whether the most extreme order of so many values would be significant at all: four against four would. */
function canDiffer(n: number, m: number): boolean {
  let orders = 1;
  for (let index = 1; index <= Math.min(n, m); index++) orders = (orders * (n + m - index + 1)) / index;
  return n > 0 && m > 0 && 2 / orders < significanceLevel;
}

function judge(compared: Omit<ComparedTask, 'verdict'>): ComparedTask {
  if (compared.p === null) return { ...compared, verdict: 'too few executions' };
  if (compared.p >= significanceLevel) return { ...compared, verdict: 'no difference shown' };
  return { ...compared, verdict: compared.ratio > 1 ? 'slower' : 'faster' };
}

function changeOf({ medianMs }: ComparedTask): number {
  return Math.abs(medianMs[1] - medianMs[0]);
}
