import type { TaskId } from '@larder/core';
import type { RunView } from '@larder/report';
import { filterTasks } from './filter.ts';
import type { UiAction } from './ui-action.ts';
import { findCurrentTask, isAtEnd, type UiState } from './ui-state.ts';

/** What a key does beyond the screen. */
export type UiCommand =
  | { readonly kind: 'quit' | 'redraw' }
  | { readonly kind: 'hold'; readonly isHeld: boolean }
  | { readonly kind: 'stop' | 'end-input'; readonly task: TaskId }
  | { readonly kind: 'restart'; readonly task: TaskId; readonly withInput: boolean }
  | { readonly kind: 'write'; readonly task: TaskId; readonly text: string };

/** Null for keys that concern the screen alone, as nearly all do. `state` is the one before the key. */
export function findCommand(state: UiState, action: UiAction, view: RunView): UiCommand | null {
  switch (action.kind) {
    case 'quit':
      return isAtEnd(view, state) ? { kind: 'hold', isHeld: false } : { kind: 'quit' };
    case 'redraw':
      return { kind: 'redraw' };
    case 'hold':
      return { kind: 'hold', isHeld: !state.held };
    case 'stop':
      return state.stopAsked === null ? null : { kind: 'stop', task: state.stopAsked };
    case 'restart': {
      const task = findCurrentTask(filterTasks(view, state.filter), state);
      return task === null ? null : { kind: 'restart', task, withInput: false };
    }
    case 'prompt': {
      const task = findCurrentTask(filterTasks(view, state.filter), state);
      const isWanted = action.prompt === 'input' && task !== null && task === state.inputAsked;
      return isWanted && !isOpen(task, view) ? { kind: 'restart', task, withInput: true } : null;
    }
    case 'end-input':
      return state.prompt?.kind === 'input' && state.selected !== null
        ? { kind: 'end-input', task: state.selected }
        : null;
    case 'submit':
      return state.prompt?.kind === 'input' && state.selected !== null
        ? { kind: 'write', task: state.selected, text: `${state.prompt.text}\n` }
        : null;
    case 'move':
    case 'next-failure':
    case 'scroll':
    case 'scroll-to':
    case 'next-match':
    case 'type':
    case 'erase':
    case 'cancel':
    case 'show':
    case 'next-state':
    case 'next-focus':
    case 'pin':
    case 'toggle-copy':
    case 'toggle-help':
    case 'back':
      return null;
  }
}

function isOpen(id: TaskId, { tasks }: RunView): boolean {
  const task = tasks.get(id);
  return task?.state === 'running' && task.takesInput;
}
