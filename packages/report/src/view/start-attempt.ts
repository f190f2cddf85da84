import type { RunEvent } from '@larder/core';
import type { OwnedView } from './own-view.ts';
import type { RunView } from './run-view.ts';

/** The output of the attempt that failed is put aside, cut back to its end: that of the next one is its own. */
export function startAttempt(view: OwnedView, event: Extract<RunEvent, { type: 'task-retried' }>): RunView {
  const task = view.tasks.get(event.task);
  if (task === undefined || task.state === 'settled') return view;
  const { output, failedAttempts } = task;
  if (output !== null) {
    view.outputBudget.characters -= output.characters;
    output.shrink();
    view.outputBudget.characters += output.characters;
  }
  const { attempt, exitCode } = event;
  view.tasks.set(task.id, {
    ...task,
    attempt,
    failedAttempts: [...failedAttempts, { exitCode, output }],
    output: null,
  });
  return view;
}
