import type { TaskId } from '@larder/core';
import { compareSamples, significanceLevel } from '../statistics/compare-runs.ts';
import { medianOf } from '../statistics/median.ts';
import type { TaskSamples } from '../statistics/task-samples.ts';
import { matchesTask } from './match-task.ts';
import type { Budget } from './parse-budgets.ts';

/** The outputs of one task as they stand on disk. */
export interface MeasuredOutput {
  readonly rawBytes: number;
  /** Sum of each file compressed by itself, as a web server sends it. */
  readonly gzipBytes: number;
}

/** One limit on one task. `measured` null: nothing is known yet, which is no failure. */
export interface BudgetVerdict {
  readonly task: TaskId;
  readonly what: 'duration' | 'regression' | 'memory' | 'outputSize' | 'outputGzip';
  readonly unit: 'ms' | 'bytes';
  readonly limit: number;
  readonly measured: number | null;
  /** What it was before; null where there is nothing to compare with. */
  readonly baseline: number | null;
  /** Of the test for a regression. */
  readonly p: number | null;
  readonly exceeded: boolean;
}

/** The newest executions that a regression is looked for in, and those before that they are compared with. */
const newest = 5;
const before = 20;

export interface BudgetFacts {
  readonly tasks: Iterable<TaskId>;
  /** Of the executions that succeeded, oldest first. */
  readonly durations: TaskSamples;
  /** Bytes, as the durations. */
  readonly peaks: TaskSamples;
  readonly outputs: ReadonlyMap<TaskId, MeasuredOutput>;
}

export function checkBudgets(budgets: readonly Budget[], facts: BudgetFacts): readonly BudgetVerdict[] {
  const tasks = [...facts.tasks];
  return budgets.flatMap((budget) =>
    tasks
      .filter((task) => budget.tasks.some((pattern) => matchesTask(pattern, task)))
      .flatMap((task) => checkTask(task, budget, facts)),
  );
}

function checkTask(task: TaskId, budget: Budget, { durations, peaks, outputs }: BudgetFacts): readonly BudgetVerdict[] {
  const times = durations.get(task) ?? [];
  const output = outputs.get(task);
  const verdicts: BudgetVerdict[] = [];
  if (budget.durationMs !== null) {
    verdicts.push(limitNewest({ task, what: 'duration', unit: 'ms', limit: budget.durationMs }, times));
  }
  if (budget.memoryBytes !== null) {
    const held = peaks.get(task) ?? [];
    verdicts.push(limitNewest({ task, what: 'memory', unit: 'bytes', limit: budget.memoryBytes }, held));
  }
  if (budget.regression !== null) verdicts.push(findRegression(task, budget.regression, times));
  for (const [what, limit, measured] of [
    ['outputSize', budget.outputBytes, output?.rawBytes],
    ['outputGzip', budget.outputGzipBytes, output?.gzipBytes],
  ] as const) {
    if (limit !== null) verdicts.push(limitTo({ task, what, unit: 'bytes', limit }, measured, null));
  }
  return verdicts;
}

type Limit = Pick<BudgetVerdict, 'task' | 'what' | 'unit' | 'limit'>;

/** The newest execution against its limit; the baseline is the median of those before it. */
function limitNewest(limit: Limit, samples: readonly number[]): BudgetVerdict {
  const earlier = samples.slice(-1 - before, -1);
  return limitTo(limit, samples.at(-1), earlier.length === 0 ? null : medianOf(earlier));
}

function limitTo(facts: Limit, measured: number | undefined, baseline: number | null): BudgetVerdict {
  return { ...facts, measured: measured ?? null, baseline, p: null, exceeded: (measured ?? 0) > facts.limit };
}

/** Slower by more than is allowed, and by more than chance explains. */
function findRegression(task: TaskId, allowed: number, times: readonly number[]): BudgetVerdict {
  const recent = times.slice(-newest);
  const earlier = times.slice(-newest - before, -newest);
  const { p, medianMs } = compareSamples(earlier, recent);
  const [baseline, measured] = medianMs;
  const limit = baseline * (1 + allowed);
  const exceeded = p !== null && p < significanceLevel && measured > limit;
  const known = earlier.length > 0;
  return {
    task,
    what: 'regression',
    unit: 'ms',
    limit,
    measured: known ? measured : null,
    baseline: known ? baseline : null,
    p,
    exceeded,
  };
}
