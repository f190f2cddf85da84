import type { ControlAnswer, TaskId } from '@larder/core';
import type { RunView, TaskView } from '@larder/report';
import type { UiCommand } from './find-command.ts';

export interface GivenAnswer {
  /** As it was when the key was pressed. */
  readonly view: RunView;
  /** Undefined: nobody lets tasks be controlled. */
  readonly answer: ControlAnswer | undefined;
}

/** What the run answered to a key, in words; `done` where it did what was asked. */
export function describeAnswer(done: string | null, task: TaskId, { view, answer }: GivenAnswer): string | null {
  switch (answer) {
    case 'done':
      return done;
    case 'no-input':
      return `the input of ${task} is empty`;
    case 'not-running':
      return describeRefusal(task, view.tasks.get(task));
    case undefined:
      return 'tasks of this run cannot be controlled';
  }
}

/** Null where the line that has been opened for typing says it. */
export function describeRestart(
  { task, withInput }: Extract<UiCommand, { kind: 'restart' }>,
  { tasks }: RunView,
): string | null {
  if (withInput) return null;
  return tasks.get(task)?.state === 'running' ? `${task} is being restarted` : `${task} is executed again`;
}

export function describeHold(isHeld: boolean, answer: ControlAnswer | undefined): string {
  if (answer !== 'done') return 'this view stays anyway';
  return isHeld ? 'this view stays when all is done, until q' : 'this view ends with the run';
}

function describeRefusal(id: TaskId, task: TaskView | undefined): string {
  const outcome = task?.outcome ?? null;
  switch (outcome?.kind) {
    case undefined:
      return `${id} is not running`;
    case 'skipped':
      return `${id} was skipped: execute ${outcome.failedDependency} again`;
    case 'cancelled':
      return `${id} was cancelled; when the run is over: larder run ${id}`;
    case 'executed':
    case 'restored':
    case 'up-to-date':
    case 'failed':
      return `${id} cannot be executed now; when the run is over: larder run ${id}`;
  }
}
