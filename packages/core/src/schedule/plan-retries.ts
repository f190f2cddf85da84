import type { TaskId } from '../ids.ts';
import type { TaskGraph } from '../task-graph/task-graph.ts';

/** More would hide a failure for longer than anybody wants to wait. */
export const mostRetries = 10;

/** How often one task may be tried again after a failure. */
export interface RetryPolicy {
  /** 1 or more. */
  readonly retries: number;
  /** Why it is not tried again all the same; null where it is. */
  readonly refusal: string | null;
}

export interface RetryWishes {
  /** For every task, whatever its target says; null where the person gave none. */
  readonly forced: number | null;
  /** For targets that say nothing. */
  readonly configured: number;
  /** How many of its last executions failed without one between them that did not. */
  readonly failuresInRow: ReadonlyMap<TaskId, number>;
}

/** A task that failed so often in a row does not fail by chance: trying it again only makes people wait. */
const hopelessFailures = 3;

/** Only tasks that may be tried again are in it; a continuous task is not executed to its end, so none of those is. */
export function planRetries(taskGraph: TaskGraph, wishes: RetryWishes): ReadonlyMap<TaskId, RetryPolicy> {
  const policies = new Map<TaskId, RetryPolicy>();
  for (const { id, definition, continuous } of taskGraph.tasks.values()) {
    const retries = wishes.forced ?? definition.retries ?? wishes.configured;
    if (retries < 1 || continuous) continue;
    const failures = wishes.failuresInRow.get(id) ?? 0;
    const refusal = failures < hopelessFailures ? null : `its last ${failures} executions all failed`;
    policies.set(id, { retries, refusal });
  }
  return policies;
}
