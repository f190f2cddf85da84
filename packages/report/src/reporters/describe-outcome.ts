import type { RunEvent, TaskOutcome } from '@larder/core';
import { formatDuration } from '../text/format-duration.ts';
import type { Paint } from '../text/paint.ts';

/** The outcome in a few words, to stand after the task's name. */
export function describeOutcome(outcome: TaskOutcome): string {
  switch (outcome.kind) {
    case 'executed':
      return `executed in ${formatDuration(outcome.durationMs)}${describeFlaky(outcome.attempts)}`;
    case 'restored':
      return `restored from the ${outcome.from} cache${describeSaved(outcome.savedMs)}`;
    case 'up-to-date':
      return `up to date${describeSaved(outcome.savedMs)}`;
    case 'failed':
      return describeFailure(outcome);
    case 'skipped':
      return `skipped because ${outcome.failedDependency} failed`;
    case 'cancelled':
      return 'cancelled';
  }
}

/** Stands between the output of two attempts. */
export function describeRetry({ attempt, exitCode }: Extract<RunEvent, { type: 'task-retried' }>): string {
  return `attempt ${attempt - 1} ended with exit code ${exitCode}, attempt ${attempt} follows`;
}

/** `✔ web:build  executed in 1.2 s`. */
export function renderOutcomeLine(task: string, outcome: TaskOutcome, paint: Paint): string {
  const words = describeOutcome(outcome);
  switch (outcome.kind) {
    case 'executed':
      return outcome.attempts > 1
        ? `${paint('yellow', '✔')} ${paint('bold', task)}  ${paint('yellow', words)}`
        : `${paint('green', '✔')} ${paint('bold', task)}  ${words}`;
    case 'restored':
    case 'up-to-date':
      return `${paint('green', '✔')} ${task}  ${paint('dim', words)}`;
    case 'failed':
      return `${paint('red', '✖')} ${paint('bold', task)}  ${paint('red', words)}`;
    case 'skipped':
    case 'cancelled':
      return `${paint('yellow', '-')} ${task}  ${paint('dim', words)}`;
  }
}

function describeFailure(outcome: Extract<TaskOutcome, { kind: 'failed' }>): string {
  const cause =
    outcome.detail === undefined ? `failed with exit code ${outcome.exitCode}` : `failed: ${outcome.detail}`;
  const again = outcome.notRetried === undefined ? '' : `, not tried again: ${outcome.notRetried}`;
  return `${cause} after ${formatDuration(outcome.durationMs)}${describeAttempts(outcome.attempts)}${again}`;
}

function describeFlaky(attempts: number): string {
  return attempts > 1 ? `, flaky: passed at attempt ${attempts}` : '';
}

function describeAttempts(attempts: number): string {
  return attempts > 1 ? ` and ${attempts} attempts` : '';
}

function describeSaved(savedMs: number): string {
  return savedMs >= 1 ? `, ${formatDuration(savedMs)} saved` : '';
}
