import type { TaskOutcome } from '@larder/core';

/** The class that colours a task in every part of the page. */
export function classOf(outcome: TaskOutcome | null): string {
  return outcome === null ? 'cancelled' : outcome.kind;
}
