import type { RunEvent } from '@larder/core';
import { exitCodes } from '../exit-codes.ts';
import type { UpToDateTask } from './prove-outputs.ts';

/**
 * The tasks that a run found up to date, in the order in which they settled. None where it says too little of the next one:
 * it was interrupted, the cache had troubles, or a person had tasks executed again.
 */
export function listUpToDate(events: readonly RunEvent[]): readonly UpToDateTask[] {
  const finished = events.find((event) => event.type === 'run-finished');
  const isOver = finished?.exitCode === exitCodes.ok || finished?.exitCode === exitCodes.taskFailed;
  if (!isOver || finished.cacheTroubles > 0 || events.some(({ type }) => type === 'tasks-reopened')) return [];
  return events.flatMap((event) => {
    if (event.type !== 'task-settled' || event.outcome.kind !== 'up-to-date' || event.hash === null) return [];
    return [{ id: event.task, hash: event.hash }];
  });
}
