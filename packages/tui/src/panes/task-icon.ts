import type { TaskOutcome } from '@larder/core';
import type { Paint, TaskView } from '@larder/report';

/** One column. The shape alone tells the states apart, so that they are seen without colour. */
export function drawIcon(task: TaskView, paint: Paint): string {
  if (task.outcome !== null) return iconOf(task.outcome, paint);
  switch (task.state) {
    case 'waiting':
    case 'settled':
      return paint('dim', '·');
    case 'queued':
      return '○';
    case 'looking-up':
    case 'restoring':
      return paint('cyan', '↓');
    case 'running':
      return paint('cyan', task.ready ? '◆' : '●');
  }
}

function iconOf(outcome: TaskOutcome, paint: Paint): string {
  switch (outcome.kind) {
    case 'executed':
      return paint(outcome.attempts > 1 ? 'yellow' : 'green', '✔');
    case 'restored':
    case 'up-to-date':
      return paint('green', '✓');
    case 'failed':
      return paint('red', '✖');
    case 'skipped':
    case 'cancelled':
      return paint('yellow', '-');
  }
}
