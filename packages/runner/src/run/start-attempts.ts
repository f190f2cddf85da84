import type { RunningTask, Task, TaskEnd } from '@larder/core';
import { startExecution } from './start-execution.ts';
import type { Execution, ExecutionWorld } from './start-execution.ts';
import { UsageMeter } from './usage-meter.ts';

/** The execution of a task, all attempts of it taken for one. */
export interface Attempts extends Pick<Execution, 'checked' | 'terminalOutput'> {
  readonly running: RunningTask;
  readonly meter: UsageMeter;
  /** So far; 1 or more. */
  readonly count: () => number;
  /** Of the last attempt alone. */
  readonly startedAt: () => number;
  /** Why a failure was not followed by another attempt, where one had been asked for. */
  readonly refusal: () => string | null;
}

/**
 * Executes a task, and again where it fails and may be tried again. Each attempt starts when everything of
 * the one before has ended, and what it prints is its own: `terminalOutput` is that of the last.
 */
export function startAttempts(task: Task, world: ExecutionWorld, options: { readonly keepOutput: boolean }): Attempts {
  const { request, ports } = world;
  const policy = request.retries?.get(task.id);
  const meter = new UsageMeter(ports.spawn);
  const measured = { ...world, ports: { ...ports, spawn: meter.spawn } };
  let attempt = 0;
  let startedAt = 0;
  let stopped = false;
  let refusal: string | null = null;
  const isOver = (): boolean => stopped || ports.signal.aborted;
  const start = (): Execution => {
    attempt += 1;
    startedAt = ports.clock.now();
    return startExecution(task, measured, { ...options, attempt });
  };
  const first = start();
  let current = first;
  const finish = async (): Promise<TaskEnd> => {
    for (;;) {
      const end = await current.running.ended;
      if (policy === undefined || isOver() || attempt > policy.retries || end.exitCode === 0) return end;
      if (!hasRun(end, meter)) return end;
      refusal = policy.refusal;
      if (refusal !== null) return end;
      ports.events.emit({ type: 'task-retried', task: task.id, attempt: attempt + 1, exitCode: end.exitCode });
      // Whoever watches can interrupt the run at any event.
      if (isOver()) return end;
      current = start();
      if (isOver()) await current.running.stop();
    }
  };
  return {
    running: {
      ended: finish(),
      ready: first.running.ready,
      stop: () => {
        stopped = true;
        return current.running.stop();
      },
    },
    checked: first.checked,
    terminalOutput: () => current.terminalOutput(),
    meter,
    count: () => attempt,
    startedAt: () => startedAt,
    refusal: () => refusal,
  };
}

/** Where no process ran, because an option is wrong or a program is missing, the same would happen again. */
function hasRun({ detail }: TaskEnd, meter: UsageMeter): boolean {
  return detail === null || meter.usage !== null;
}
