import type { RunningTask, SpawnProcess, TaskEnd } from '@larder/core';
import { startStep } from './command-step.ts';
import type { CommandStep, RunningStep } from './command-step.ts';

export interface SequenceOptions {
  readonly spawn: SpawnProcess;
  /** The position of the step whose start makes a continuous task ready. */
  readonly readyStep: number;
}

/** Runs commands one after another and ends with the first that fails. */
export function runInSequence(steps: readonly CommandStep[], options: SequenceOptions): RunningTask {
  const ready = Promise.withResolvers<void>();
  let current: RunningStep | null = null;
  let stopped = false;
  const run = async (): Promise<TaskEnd> => {
    let end: TaskEnd = { exitCode: 0, detail: null };
    for (const [position, step] of steps.entries()) {
      if (stopped) return { exitCode: 143, detail: 'stopped between two commands' };
      current = startStep(step, options.spawn);
      if (position === options.readyStep && current.process.pid !== null) ready.resolve();
      end = await current.ended;
      if (end.exitCode !== 0) break;
    }
    return end;
  };
  return {
    ended: run(),
    ready: ready.promise,
    stop: async () => {
      stopped = true;
      await current?.process.stop();
    },
  };
}
