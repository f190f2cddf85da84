import type { RunningTask, Task, TaskEnd } from '@larder/core';
import { startExecution } from './start-execution.ts';
import type { Execution, ExecutionWorld } from './start-execution.ts';
import { TaskInput } from './task-input.ts';
import { UsageMeter } from './usage-meter.ts';

/** The execution of a task, all attempts of it taken for one. */
export interface Attempts extends Pick<Execution, 'checked' | 'terminalOutput'> {
  readonly running: RunningTask;
  readonly meter: UsageMeter;
  /** Ends the attempt and makes it again, which counts as one. */
  readonly restart: () => void;
  /** Null where its processes have no input. */
  readonly write: ((text: string) => void) | null;
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
  const input = ports.control !== undefined && task.continuous ? new TaskInput(meter.spawn) : null;
  const measured = { ...world, ports: { ...ports, spawn: input?.spawn ?? meter.spawn } };
  const ready = Promise.withResolvers<void>();
  const checked = Promise.withResolvers<void>();
  let attempt = 1;
  let startedAt = 0;
  let stopped = false;
  let restarting = false;
  let refusal: string | null = null;
  const isOver = (): boolean => stopped || ports.signal.aborted;
  const start = (): Execution => {
    startedAt = ports.clock.now();
    const execution = startExecution(task, measured, { ...options, attempt });
    // One that is never ready leaves that open: its end says the rest.
    execution.running.ready.then(ready.resolve, () => {});
    execution.checked.then(checked.resolve, () => {});
    return execution;
  };
  let current = start();
  const finish = async (): Promise<TaskEnd> => {
    for (;;) {
      const end = await current.running.ended;
      if (restarting && !isOver()) {
        restarting = false;
        current = start();
        if (isOver()) await current.running.stop();
        continue;
      }
      if (policy === undefined || isOver() || attempt > policy.retries || end.exitCode === 0) return end;
      if (!hasRun(end, meter)) return end;
      refusal = policy.refusal;
      if (refusal !== null) return end;
      ports.events.emit({ type: 'task-retried', task: task.id, attempt: attempt + 1, exitCode: end.exitCode });
      // Whoever watches can interrupt the run at any event.
      if (isOver()) return end;
      attempt += 1;
      current = start();
      if (isOver()) await current.running.stop();
    }
  };
  return {
    running: {
      ended: finish(),
      ready: ready.promise,
      stop: () => {
        stopped = true;
        return current.running.stop();
      },
    },
    checked: checked.promise,
    terminalOutput: () => current.terminalOutput(),
    meter,
    restart: () => {
      if (isOver()) return;
      restarting = true;
      void current.running.stop();
    },
    write: input === null ? null : (text) => input.write(text),
    count: () => attempt,
    startedAt: () => startedAt,
    refusal: () => refusal,
  };
}

/** Where no process ran, because an option is wrong or a program is missing, the same would happen again. */
function hasRun({ detail }: TaskEnd, meter: UsageMeter): boolean {
  return detail === null || meter.usage !== null;
}
