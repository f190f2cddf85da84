import type { RunEvent, TaskId } from '@larder/core';
import { countOutcome } from './count-outcome.ts';
import { notBegun } from './not-begun.ts';
import type { OwnedView } from './own-view.ts';
import type { RunView, TaskView } from './run-view.ts';

/**
 * Takes the outcomes of tasks back: they count no more, and the tasks wait as at first. What their processes took
 * stays in the sums. A person at a keyboard is the cause, so looking at all tasks is no price.
 */
export function reopenTasks(view: OwnedView, { tasks }: Extract<RunEvent, { type: 'tasks-reopened' }>): RunView {
  return tasks.reduce<OwnedView>(reopenTask, view);
}

function reopenTask(view: OwnedView, id: TaskId): OwnedView {
  const task = view.tasks.get(id);
  if (task === undefined || task.state !== 'settled') return view;
  const counts = countOutcome(view, task, -1);
  leaveGroups(view, id);
  view.tasks.set(id, startAnew(task, view));
  view.groups.waiting.add(id);
  return { ...view, ...counts, criticalEnd: findCriticalEnd(view) };
}

/** Failures before this one count as attempts of it until its first one starts, if that is called the first. */
function startAnew(task: TaskView, { outputBudget }: OwnedView): TaskView {
  const { outcome, output } = task;
  const failed = outcome?.kind === 'failed' ? [{ exitCode: outcome.exitCode, output }] : [];
  if (output !== null) {
    outputBudget.characters -= output.characters;
    if (outcome?.kind === 'failed') {
      output.shrink();
      outputBudget.characters += output.characters;
    }
  }
  return { ...task, ...notBegun, failedAttempts: [...task.failedAttempts, ...failed] };
}

function leaveGroups({ groups, outputBudget, startOrder }: OwnedView, id: TaskId): void {
  const done = groups.done.lastIndexOf(id);
  if (done !== -1) groups.done.splice(done, 1);
  if (done !== -1 && done < outputBudget.shrunkDone) outputBudget.shrunkDone -= 1;
  const failed = groups.failed.indexOf(id);
  if (failed !== -1) groups.failed.splice(failed, 1);
  if (failed !== -1 && failed < outputBudget.shrunkFailed) outputBudget.shrunkFailed -= 1;
  const started = startOrder.indexOf(id);
  if (started !== -1) startOrder.splice(started, 1);
}

function findCriticalEnd({ tasks }: OwnedView): TaskId | null {
  let end: TaskView | null = null;
  for (const task of tasks.values()) {
    const { outcome } = task;
    if (outcome === null || outcome.kind === 'skipped' || outcome.kind === 'cancelled') continue;
    if (end === null || task.chainMs > end.chainMs) end = task;
  }
  return end?.id ?? null;
}
