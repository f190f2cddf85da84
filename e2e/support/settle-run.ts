import { expect } from 'vitest';
import { larderEvents, type NdjsonRun, type RunOptions } from './run-larder.ts';

const settleAttempts = 50;

/** Whether the run was told from memory: only then does hashing take no time at all. */
export function isRecalled({ events }: NdjsonRun): boolean {
  const hashed = events.filter((event) => event['type'] === 'task-hashed');
  return hashed.length > 0 && hashed.every((event) => event['durationMs'] === 0);
}

/** Runs until the next run would be recalled: files that were written a moment ago are not relied upon. */
export async function settleRun(root: string, args: readonly string[], options: RunOptions = {}): Promise<NdjsonRun> {
  for (let attempt = 0; attempt < settleAttempts; attempt += 1) {
    const run = await larderEvents(root, args, options);
    expect(run.exitCode).toBe(0);
    if (isRecalled(run)) return run;
  }
  throw new Error('The run was never recalled.');
}
