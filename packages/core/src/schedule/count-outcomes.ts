import type { RunTotals } from '../run-event.ts';
import type { TaskOutcome } from './outcome.ts';

/** How many of them ended in which way. */
export function countOutcomes(outcomes: Iterable<TaskOutcome>): RunTotals {
  const totals = { executed: 0, restoredLocal: 0, restoredRemote: 0, upToDate: 0, failed: 0, skipped: 0, cancelled: 0 };
  for (const outcome of outcomes) totals[totalOf(outcome)] += 1;
  return totals;
}

/** Where an outcome is counted. */
export function totalOf(outcome: TaskOutcome): keyof RunTotals {
  switch (outcome.kind) {
    case 'executed':
    case 'failed':
    case 'skipped':
    case 'cancelled':
      return outcome.kind;
    case 'up-to-date':
      return 'upToDate';
    case 'restored':
      return outcome.from === 'local' ? 'restoredLocal' : 'restoredRemote';
  }
}
