import type { RunEvent, TaskId } from '@larder/core';
import { countOutcome } from './count-outcome.ts';
import type { OwnedView } from './own-view.ts';
import type { RunView, TaskView } from './run-view.ts';
import { settledDurationMs } from './task-times.ts';
import { addUsage } from './task-usage.ts';

export function settleTask(view: OwnedView, event: Extract<RunEvent, { type: 'task-settled' }>): RunView {
  const task = view.tasks.get(event.task);
  if (task === undefined || task.state === 'settled') return view;
  const settled = linkChain(view, {
    ...task,
    state: 'settled',
    hash: event.hash,
    outcome: event.outcome,
    usage: event.usage ?? null,
    activeAt: task.activeAt ?? event.at,
    settledAt: event.at,
  });
  view.tasks.set(task.id, settled);
  view.groups.waiting.delete(task.id);
  view.groups.active.delete(task.id);
  (event.outcome.kind === 'failed' ? view.groups.failed : view.groups.done).push(task.id);
  return {
    ...view,
    ...countOutcome(view, settled, 1),
    usage: addUsage(view.usage, task.id, event.usage),
    criticalEnd: findLongerEnd(view, settled),
  };
}

/** Continues the longest of the chains that end in a dependency. */
function linkChain(view: OwnedView, task: TaskView): TaskView {
  let before: TaskView | null = null;
  for (const id of task.dependsOn) {
    const dependency = view.tasks.get(id);
    if (dependency !== undefined && dependency.chainMs > (before?.chainMs ?? 0)) before = dependency;
  }
  const chainMs = (before?.chainMs ?? 0) + settledDurationMs(task);
  return { ...task, chainMs, chainFrom: before?.id ?? null };
}

/** A task that was skipped or cancelled took no part in the run, so no chain ends in it. */
function findLongerEnd(view: OwnedView, task: TaskView): TaskId | null {
  const current = view.criticalEnd === null ? undefined : view.tasks.get(view.criticalEnd);
  if (task.outcome?.kind === 'skipped' || task.outcome?.kind === 'cancelled') return view.criticalEnd;
  return current === undefined || task.chainMs > current.chainMs ? task.id : view.criticalEnd;
}
