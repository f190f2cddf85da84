import { totalOf, type TaskOutcome } from '@larder/core';
import type { HitCounts, RunView, TaskView } from './run-view.ts';

type Counts = Pick<RunView, 'settledCount' | 'totals' | 'hits' | 'savedMs'>;

/** The counts with the task's outcome put to them, or taken away again where `by` is -1. */
export function countOutcome(view: RunView, task: TaskView, by: 1 | -1): Counts {
  const { settledCount, totals, hits, savedMs } = view;
  const { outcome } = task;
  if (outcome === null) return { settledCount, totals, hits, savedMs };
  const total = totalOf(outcome);
  return {
    settledCount: settledCount + by,
    totals: { ...totals, [total]: totals[total] + by },
    hits: countHit(hits, { task, outcome, by }),
    savedMs: savedMs + ('savedMs' in outcome ? by * outcome.savedMs : 0),
  };
}

interface CountedHit {
  readonly task: TaskView;
  readonly outcome: TaskOutcome;
  readonly by: 1 | -1;
}

function countHit(hits: HitCounts, { task, outcome, by }: CountedHit): HitCounts {
  if (!task.cacheable || task.lookup?.kind === 'uncacheable') return hits;
  const lookedUp = { ...hits, cacheable: hits.cacheable + by };
  switch (outcome.kind) {
    case 'skipped':
    case 'cancelled':
      return hits;
    case 'executed':
    case 'failed':
      return lookedUp;
    case 'restored':
      return { ...lookedUp, [outcome.from]: hits[outcome.from] + by };
    case 'up-to-date': {
      const where = task.lookup?.kind === 'hit' ? task.lookup.where : 'local';
      return { ...lookedUp, [where]: hits[where] + by };
    }
  }
}
