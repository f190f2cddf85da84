import { join } from 'node:path';
import type { TaskId } from '@larder/core';
import { skipsCache } from '../batch/run-wishes.ts';
import { explainMiss } from './explain-miss.ts';
import { HashMemory, type HashedTask } from './hash-memory.ts';
import { isCacheable } from './is-cacheable.ts';
import type { NxResultsContext, NxTaskResult } from './nx-context.ts';

const missed: ReadonlySet<string> = new Set(['success', 'failure']);
/** What was in place already has the hash of the time before: there is nothing to be learnt from it. */
const moved: ReadonlySet<string> = new Set([...missed, 'local-cache', 'remote-cache']);

/**
 * Why each task that was executed was in no cache: by what differs from the time before. Remembers what there is now.
 * Where nothing was executed or restored, no file is opened. Nothing was missed where no cache was to be asked.
 */
export async function explainMisses(
  context: NxResultsContext,
  { nowEpochMs, env }: { readonly nowEpochMs: number; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<ReadonlyMap<TaskId, string>> {
  const { workspaceRoot, taskResults } = context;
  const results = Object.entries(taskResults).filter(
    ([, { task, status }]) => isCacheable(context, task) && moved.has(status),
  );
  const hashed = results.flatMap(([id, result]) => toHashed(id as TaskId, result) ?? []);
  if (hashed.length === 0) return new Map();
  const memory = HashMemory.open(join(workspaceRoot, '.larder', 'state', 'nx-hashes.sqlite'));
  try {
    const wasAsked = !skipsCache(context, env);
    const misses = hashed.filter(({ id }) => wasAsked && missed.has(taskResults[id]?.status ?? ''));
    const reasons = new Map(misses.map(({ id, details }) => [id, explainMiss(memory.find(id), details)]));
    memory.keep(hashed, nowEpochMs);
    return reasons;
  } finally {
    memory.close();
  }
}

function toHashed(id: TaskId, { task: { hashDetails } }: NxTaskResult): HashedTask | null {
  return hashDetails?.nodes === undefined ? null : { id, details: hashDetails };
}
