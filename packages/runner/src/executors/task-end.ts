import { constants } from 'node:os';
import type { ProcessExit, RunningTask, TaskEnd } from '@larder/core';

/** A shell's convention: a process that a signal ended has 128 and the signal's number for its exit code. */
export function toTaskEnd(exit: ProcessExit): TaskEnd {
  if (exit.spawnError !== null) return { exitCode: 127, detail: exit.spawnError };
  if (exit.exitCode !== null) return { exitCode: exit.exitCode, detail: null };
  const signal = exit.signal ?? 'SIGKILL';
  const number = constants.signals[signal as NodeJS.Signals] ?? 0;
  return { exitCode: 128 + number, detail: `ended by ${signal}` };
}

/** A task that ended before any process was started. */
export function endedTask(end: TaskEnd): RunningTask {
  return { ended: Promise.resolve(end), ready: Promise.resolve(), stop: () => Promise.resolve() };
}
