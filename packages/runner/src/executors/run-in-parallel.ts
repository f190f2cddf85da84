import type { RunningTask, SpawnProcess, TaskEnd } from '@larder/core';
import { startStep } from './command-step.ts';
import type { CommandStep, RunningStep } from './command-step.ts';
import { ReadyTexts } from './ready-texts.ts';

export interface ParallelOptions {
  readonly spawn: SpawnProcess;
  readonly readyWhen: readonly string[];
  readonly continuous: boolean;
}

/**
 * Runs commands at the same time. The first that fails ends the others and the task. With `readyWhen`
 * a continuous task is ready when the texts have been printed, and any other task has ended then, as
 * in Nx: what it started goes on until the run is over.
 */
export function runInParallel(steps: readonly CommandStep[], options: ParallelOptions): RunningTask {
  const ready = Promise.withResolvers<void>();
  const texts = new ReadyTexts(options.readyWhen);
  const running = steps.map((step) => startStep(watchReadiness(step, texts, ready.resolve), options.spawn));
  if (options.readyWhen.length === 0) ready.resolve();
  const finished = waitForAll(running).then((end) => (options.continuous ? end : requireReadiness(end, texts)));
  const endsWhenReady = options.readyWhen.length > 0 && !options.continuous;
  const succeeded = ready.promise.then((): TaskEnd => ({ exitCode: 0, detail: null }));
  return {
    ended: endsWhenReady ? Promise.race([finished, succeeded]) : finished,
    ready: ready.promise,
    stop: () => stopAll(running),
  };
}

function watchReadiness(step: CommandStep, texts: ReadyTexts, onReady: () => void): CommandStep {
  if (texts.missing.length === 0) return step;
  return {
    ...step,
    onOutput: (stream, chunk) => {
      step.onOutput(stream, chunk);
      if (texts.see(stream, chunk)) onReady();
    },
  };
}

async function waitForAll(running: readonly RunningStep[]): Promise<TaskEnd> {
  const failures: TaskEnd[] = [];
  await Promise.all(
    running.map(async (step) => {
      const end = await step.ended;
      if (end.exitCode === 0) return;
      failures.push(end);
      if (failures.length === 1) await stopAll(running);
    }),
  );
  return failures[0] ?? { exitCode: 0, detail: null };
}

function requireReadiness(end: TaskEnd, texts: ReadyTexts): TaskEnd {
  if (end.exitCode !== 0 || texts.missing.length === 0) return end;
  const missing = texts.missing.map((text) => JSON.stringify(text)).join(', ');
  return { exitCode: 1, detail: `ended before it printed the text of "readyWhen": ${missing}` };
}

async function stopAll(running: readonly RunningStep[]): Promise<void> {
  await Promise.all(running.map((step) => step.process.stop()));
}
