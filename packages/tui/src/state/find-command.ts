import type { TaskId } from '@larder/core';
import type { RunView } from '@larder/report';
import { filterTasks } from './filter.ts';
import type { UiAction } from './ui-action.ts';
import { findCurrentTask, type UiState } from './ui-state.ts';

/** What a key does beyond the screen. */
export type UiCommand =
  | { readonly kind: 'quit' | 'redraw' }
  | { readonly kind: 'stop' | 'restart'; readonly task: TaskId }
  | { readonly kind: 'write'; readonly task: TaskId; readonly text: string };

/** Null for keys that concern the screen alone, as nearly all do. `state` is the one before the key. */
export function findCommand(state: UiState, action: UiAction, view: RunView): UiCommand | null {
  switch (action.kind) {
    case 'quit':
    case 'redraw':
      return { kind: action.kind };
    case 'stop':
      return state.stopAsked === null ? null : { kind: 'stop', task: state.stopAsked };
    case 'restart': {
      const task = findCurrentTask(filterTasks(view, state.filter), state);
      return task === null ? null : { kind: 'restart', task };
    }
    case 'submit':
      return state.prompt?.kind === 'input' && state.selected !== null
        ? { kind: 'write', task: state.selected, text: `${state.prompt.text}\n` }
        : null;
    case 'move':
    case 'next-failure':
    case 'scroll':
    case 'scroll-to':
    case 'next-match':
    case 'prompt':
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
