import type { RestartOptions, RunningTask, Task, TaskEnd } from '@larder/core';
import { startExecution } from './start-execution.ts';
import type { Execution, ExecutionWorld } from './start-execution.ts';
import { TaskInput } from './task-input.ts';
import { UsageMeter } from './usage-meter.ts';

/** The execution of a task, all attempts of it taken for one. */
export interface Attempts extends Pick<Execution, 'checked' | 'terminalOutput'> {
  readonly running: RunningTask;
  readonly meter: UsageMeter;
  /** Ends the attempt and makes it again, which counts as one. */
  readonly restart: (options: RestartOptions) => void;
  /** Null where its processes have an empty one. */
  readonly input: () => TaskInput | null;
  /** So far; 1 or more. */
  readonly count: () => number;
  /** Of the last attempt alone. */
  readonly startedAt: () => number;
  /** Why a failure was not followed by another attempt, where one had been asked for. */
  readonly refusal: () => string | null;
}

export interface AttemptsOptions {
  readonly keepOutput: boolean;
  /** Of its ticket. */
  readonly tellMiss: (at: number) => void;
  /** Of the first one; more than 1 where a person wants another one after those that failed. */
  readonly attempt: number;
  readonly withInput: boolean;
}

/**
 * Executes a task, and again where it fails and may be tried again. Each attempt starts when everything of
 * the one before has ended, and what it prints is its own: `terminalOutput` is that of the last.
 */
export function startAttempts(task: Task, world: ExecutionWorld, options: AttemptsOptions): Attempts {
  const { request, ports } = world;
  const policy = request.retries?.get(task.id);
  const meter = new UsageMeter(ports.spawn);
  const hasControl = ports.control !== undefined;
  const input = new TaskInput(
    meter.spawn,
    hasControl && (task.continuous || task.definition.interactive === true || options.withInput),
  );
  const measured = { ...world, ports: { ...ports, spawn: input.spawn } };
  const ready = Promise.withResolvers<void>();
  const checked = Promise.withResolvers<void>();
  let { attempt } = options;
  let startedAt = 0;
  let stopped = false;
  let restarting = false;
  let refusal: string | null = null;
  const isOver = (): boolean => stopped || ports.signal.aborted;
  const start = (): Execution => {
    startedAt = ports.clock.now();
    const execution = startExecution(task, measured, {
      keepOutput: options.keepOutput,
      tellMiss: options.tellMiss,
      attempt,
      takesInput: input.isOpen,
    });
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
    restart: ({ withInput }) => {
      if (isOver()) return;
      if (withInput) input.open();
      restarting = true;
      void current.running.stop();
    },
    input: () => (input.isOpen ? input : null),
    count: () => attempt,
    startedAt: () => startedAt,
    refusal: () => refusal,
  };
}

/** Where no process ran, because an option is wrong or a program is missing, the same would happen again. */
function hasRun({ detail }: TaskEnd, meter: UsageMeter): boolean {
  return detail === null || meter.usage !== null;
}
