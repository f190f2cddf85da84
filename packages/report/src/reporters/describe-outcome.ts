import type { TaskOutcome } from '@larder/core';
import { formatDuration } from '../text/format-duration.ts';
import type { Paint } from '../text/paint.ts';

/** The outcome in a few words, to stand after the task's name. */
export function describeOutcome(outcome: TaskOutcome): string {
  switch (outcome.kind) {
    case 'executed':
      return `executed in ${formatDuration(outcome.durationMs)}${describeAttempts(outcome.attempts)}`;
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

/** `✔ web:build  executed in 1.2 s`. */
export function renderOutcomeLine(task: string, outcome: TaskOutcome, paint: Paint): string {
  const words = describeOutcome(outcome);
  switch (outcome.kind) {
    case 'executed':
      return `${paint('green', '✔')} ${paint('bold', task)}  ${words}`;
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
  return `${cause} after ${formatDuration(outcome.durationMs)}${describeAttempts(outcome.attempts)}`;
}

function describeAttempts(attempts: number): string {
  return attempts > 1 ? `, at attempt ${attempts}` : '';
}

function describeSaved(savedMs: number): string {
  return savedMs >= 1 ? `, ${formatDuration(savedMs)} saved` : '';
}
