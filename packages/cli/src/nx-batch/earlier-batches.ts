import { orderTasks, type TaskHash, type TaskId } from '@larder/core';
import { leaveRunHashes, readRunHashes } from '@larder/nx';
import type { RunHasher } from '../run/run-hasher.ts';
import type { Session } from '../session/open-session.ts';
import type { BatchGraph } from './build-batch-graph.ts';

type Tasks = Extract<BatchGraph, { readonly kind: 'built' }>;

/** The batches of one run of nx; without the plugin's hooks, which name it, those that one process of nx has started. */
export interface BatchesOfRun {
  readonly session: Session;
  readonly runId: string | null;
}

/**
 * Hashes what is over already, since it counts in the hashes of what is to run. A source that was edited between two
 * batches must not be taken for what an earlier one has built from the old one.
 */
export async function hashSettled(
  hasher: RunHasher,
  { known, batch }: Tasks,
  { session, runId }: BatchesOfRun,
): Promise<void> {
  const settled = orderTasks(known).filter(({ id }) => !batch.tasks.has(id));
  if (settled.length === 0) return;
  const told = readRunHashes(session.rootAbsolute, runId ?? ofThisNx());
  for (const { id } of settled) {
    // Whoever depends on it cannot be hashed then either, and says so.
    await hashAsTold(hasher, id, told.get(id) as TaskHash | null | undefined).catch(() => {});
  }
}

/**
 * `told`: what the results of a task that another process has run stand for: a hash, null for none, or undefined where
 * it said nothing. Where that is not what its inputs give now, they have moved since.
 */
async function hashAsTold(hasher: RunHasher, id: TaskId, told: TaskHash | null | undefined): Promise<void> {
  const { hash } = await hasher.hash(id);
  if (told !== undefined && told !== hash) hasher.distrust(id, told);
}

/** For those that may come: nothing where the batch is all that there is to run. */
export function tellLaterBatches(hasher: RunHasher, tasks: Tasks, { session, runId }: BatchesOfRun): void {
  if (!tasks.hasOthers) return;
  const hashes = new Map(
    [...tasks.batch.tasks.keys()].map((id) => [id, hasher.hasMoved(id) ? null : hasher.hashOf(id)]),
  );
  leaveRunHashes(session.rootAbsolute, runId ?? ofThisNx(), hashes);
}

function ofThisNx(): string {
  return `pid-${process.ppid}`;
}
