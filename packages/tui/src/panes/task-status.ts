import type { TaskOutcome } from '@larder/core';
import { formatDuration, type TaskView } from '@larder/report';

/** Where a task stands, in a few words; `''` while it waits. */
export function describeStatus(task: TaskView, nowMs: number): string {
  if (task.outcome !== null) return describeSettled(task.outcome);
  switch (task.state) {
    case 'waiting':
      return '';
    case 'settled':
    case 'queued':
      return task.state;
    case 'looking-up':
      return 'looking up';
    case 'restoring':
      return task.lookup?.kind === 'hit' ? `restoring, ${task.lookup.where}` : 'restoring';
    case 'running':
      return describeRunning(task, nowMs);
  }
}

function describeRunning(task: TaskView, nowMs: number): string {
  const attempt = task.attempt > 1 ? `attempt ${task.attempt}, ` : '';
  const elapsed = formatElapsed(nowMs - (task.startedAt ?? nowMs));
  const expected = task.expectedMs === null || task.continuous ? '' : ` of ${formatDuration(task.expectedMs)}`;
  return `${attempt}${elapsed}${expected}`;
}

/** Whole seconds: it is drawn once a second. */
function formatElapsed(elapsedMs: number): string {
  const seconds = Math.floor(Math.max(0, elapsedMs) / 1000);
  return seconds < 60 ? `${seconds} s` : formatDuration(seconds * 1000);
}

function describeSettled(outcome: TaskOutcome): string {
  switch (outcome.kind) {
    case 'executed':
      return `${outcome.attempts > 1 ? `flaky, attempt ${outcome.attempts}, ` : ''}${formatDuration(outcome.durationMs)}`;
    case 'restored':
      return outcome.from;
    case 'up-to-date':
      return 'up to date';
    case 'failed':
      return `exit ${outcome.exitCode}, ${formatDuration(outcome.durationMs)}`;
    case 'skipped':
    case 'cancelled':
      return outcome.kind;
  }
}
