import type { RunEvent, RunTotals, TaskId, TaskOutcome } from '@larder/core';
import type { OwnedView } from './own-view.ts';
import type { HitCounts, RunView, TaskView } from './run-view.ts';
import { settledDurationMs } from './task-times.ts';
import { addUsage } from './task-usage.ts';

export function settleTask(view: OwnedView, event: Extract<RunEvent, { type: 'task-settled' }>): RunView {
  const task = view.tasks.get(event.task);
  if (task === undefined || task.state === 'settled') return view;
  const settled = linkChain(view, {
    ...task,
    state: 'settled',
    hash: event.hash ?? task.hash,
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
    settledCount: view.settledCount + 1,
    totals: addOutcome(view.totals, event.outcome),
    hits: addHit(view.hits, settled, event.outcome),
    savedMs: view.savedMs + ('savedMs' in event.outcome ? event.outcome.savedMs : 0),
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

function addOutcome(totals: RunTotals, outcome: TaskOutcome): RunTotals {
  const key = totalOf(outcome);
  return { ...totals, [key]: totals[key] + 1 };
}

function totalOf(outcome: TaskOutcome): keyof RunTotals {
  switch (outcome.kind) {
    case 'executed':
    case 'failed':
    case 'skipped':
    case 'cancelled':
      return outcome.kind;
    case 'up-to-date':
      return 'upToDate';
    case 'restored':
      return outcome.from === 'local' ? 'restoredLocal' : 'restoredRemote';
  }
}

function addHit(hits: HitCounts, task: TaskView, outcome: TaskOutcome): HitCounts {
  if (!task.cacheable || task.lookup?.kind === 'uncacheable') return hits;
  switch (outcome.kind) {
    case 'skipped':
    case 'cancelled':
      return hits;
    case 'executed':
    case 'failed':
      return { ...hits, cacheable: hits.cacheable + 1 };
    case 'restored':
      return countHit(hits, outcome.from);
    case 'up-to-date':
      return countHit(hits, task.lookup?.kind === 'hit' ? task.lookup.where : 'local');
  }
}

function countHit(hits: HitCounts, where: 'local' | 'remote'): HitCounts {
  return { ...hits, cacheable: hits.cacheable + 1, [where]: hits[where] + 1 };
}
