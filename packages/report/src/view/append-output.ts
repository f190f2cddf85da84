import type { RunEvent } from '@larder/core';
import { OutputTail } from './output-tail.ts';
import type { OwnedView } from './own-view.ts';
import type { RunView } from './run-view.ts';

/** For all tasks together, beside the bound of each. */
const maxCharacters = 32 * 1024 * 1024;

export function appendOutput(view: OwnedView, event: Extract<RunEvent, { type: 'task-output' }>): RunView {
  const task = view.tasks.get(event.task);
  if (task === undefined) return view;
  const output = task.output ?? new OutputTail(view.outputBudget.bounds);
  const before = output.characters;
  output.append(event.stream, event.text);
  if (task.output === null) view.tasks.set(event.task, { ...task, output });
  view.outputBudget.characters += output.characters - before;
  if (view.outputBudget.characters > maxCharacters) {
    shrinkSettled(view);
    limitRunning(view, output);
  }
  return view;
}

/** Cuts back the outputs of settled tasks, oldest first and failures last, each once. */
function shrinkSettled(view: OwnedView): void {
  const budget = view.outputBudget;
  const { done, failed } = view.groups;
  while (budget.characters > maxCharacters) {
    const id = budget.shrunkDone < done.length ? done[budget.shrunkDone++] : failed[budget.shrunkFailed++];
    if (id === undefined) {
      budget.shrunkFailed = failed.length;
      return;
    }
    const output = view.tasks.get(id)?.output ?? null;
    if (output === null) continue;
    budget.characters -= output.characters;
    output.shrink();
    budget.characters += output.characters;
  }
}

/** Where the running tasks alone are too many, the one that has just printed keeps its share. */
function limitRunning(view: OwnedView, output: OutputTail): void {
  const budget = view.outputBudget;
  if (budget.characters <= maxCharacters) return;
  budget.characters -= output.characters;
  output.limit(Math.floor(maxCharacters / Math.max(1, view.groups.active.size)));
  budget.characters += output.characters;
}
