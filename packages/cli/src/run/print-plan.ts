import {
  planRun,
  type CacheLookupResult,
  type PlannedHash,
  type TaskCache,
  type TaskGraph,
  type TaskId,
} from '@larder/core';
import type { ExitCode } from '../exit-codes.ts';
import { rememberPlan } from '../recall/remember-run.ts';
import type { Session } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';
import { createRunCache } from './create-run-cache.ts';
import type { RunHasher } from './run-hasher.ts';
import type { SelectedRun } from './execute-run.ts';
import { writePlan } from './write-plan.ts';

/** Lookups that are under way at the same time; each is a stat, or a request to the remote. */
const concurrentLookups = 16;

interface PlannedRun extends SelectedRun {
  readonly hasher: RunHasher;
  readonly expectedMs: ReadonlyMap<TaskId, number>;
}

/** The dry run: hashes what can be hashed, asks the caches, and prints what a run would do. */
export async function printPlan(session: Session, terminal: Terminal, planned: PlannedRun): Promise<ExitCode> {
  const { command, taskGraph, hasher, expectedMs } = planned;
  const hashes = hasher.planAll();
  const { cache, close } = await createRunCache(session, terminal, {
    skipRemoteCache: command.run.skipRemoteCache || command.run.skipCache,
    onTrouble: (trouble) => session.log(`${trouble.code}: ${trouble.detail}`),
    onTransfer: () => {},
    onStored: () => {},
  });
  try {
    const lookups = await lookUpAll(cache, {
      taskGraph,
      hashes,
      skipCache: command.run.skipCache,
      signal: terminal.signal,
    });
    const plan = planRun({ taskGraph, hashes, lookups, durations: expectedMs });
    rememberPlan(session, terminal, { command, taskGraph, hasher, plan });
    return await writePlan(terminal, plan, command.run.dryRun ?? 'text');
  } finally {
    session.saveState();
    await close([]);
  }
}

interface LookupRequest {
  readonly taskGraph: TaskGraph;
  readonly hashes: ReadonlyMap<TaskId, PlannedHash>;
  readonly skipCache: boolean;
  readonly signal: AbortSignal;
}

async function lookUpAll(cache: TaskCache, request: LookupRequest): Promise<ReadonlyMap<TaskId, CacheLookupResult>> {
  const results = new Map<TaskId, CacheLookupResult>();
  const waiting = [...request.taskGraph.tasks.values()].values();
  const workers = Array.from({ length: concurrentLookups }, async () => {
    for (const task of waiting) {
      const planned = request.hashes.get(task.id);
      if (!task.cache || task.continuous)
        results.set(task.id, { kind: 'uncacheable', reason: 'the target is not cached' });
      else if (request.skipCache) results.set(task.id, { kind: 'uncacheable', reason: '--skip-cache' });
      else if (planned?.kind === 'ready') {
        const found = await cache.lookup(planned.hash, request.signal);
        results.set(
          task.id,
          found.kind === 'hit' ? { kind: 'hit', where: found.where } : { kind: 'miss', reason: null },
        );
      }
    }
  });
  await Promise.all(workers);
  return results;
}
