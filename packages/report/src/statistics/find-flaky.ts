import type { TaskHash, TaskId } from '@larder/core';
import type { RunRecord } from '../records/run-record.ts';

/** A task that did not always end the same way with the same inputs. */
export interface FlakyTask {
  readonly task: TaskId;
  readonly hash: TaskHash;
  readonly passed: number;
  readonly failed: number;
  /** Of those that passed, how many only when they were tried again. */
  readonly retried: number;
}

/** By how often it failed where it could have passed, most first. */
export function findFlakyTasks(runs: readonly RunRecord[]): readonly FlakyTask[] {
  const seen = new Map<string, FlakyTask>();
  for (const { tasks } of runs) {
    for (const { id, hash, outcome } of tasks) {
      if (hash === null || (outcome?.kind !== 'executed' && outcome?.kind !== 'failed')) continue;
      const key = `${id} ${hash}`;
      const { passed, failed, retried } = seen.get(key) ?? { passed: 0, failed: 0, retried: 0 };
      const isPass = outcome.kind === 'executed';
      seen.set(key, {
        task: id,
        hash,
        passed: passed + Number(isPass),
        failed: failed + Number(!isPass),
        retried: retried + Number(isPass && outcome.attempts > 1),
      });
    }
  }
  const flaky = [...seen.values()].filter(({ passed, failed, retried }) => retried > 0 || (passed > 0 && failed > 0));
  return flaky.toSorted((a, b) => b.failed + b.retried - (a.failed + a.retried));
}
