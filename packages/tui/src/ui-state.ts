import type { TaskId } from '@larder/core';
import type { RunView } from '@larder/report';
import { findNextFailure, findNeighbour, findShownTask } from './task-order.ts';

/** What the person at the keyboard has chosen. */
export interface UiState {
  /** Null follows the run: a running task is shown as long as there is one. */
  readonly selected: TaskId | null;
  /** Keeps one task's output in view while the selection moves. */
  readonly pinned: TaskId | null;
  readonly helpOpen: boolean;
  readonly stopping: boolean;
}

export type UiAction =
  | { readonly kind: 'move'; readonly by: number }
  | { readonly kind: 'pin' }
  | { readonly kind: 'next-failure' }
  | { readonly kind: 'follow' }
  | { readonly kind: 'toggle-help' }
  | { readonly kind: 'quit' };

export const initialUiState: UiState = { selected: null, pinned: null, helpOpen: false, stopping: false };

export function applyAction(state: UiState, action: UiAction, view: RunView): UiState {
  switch (action.kind) {
    case 'move':
      return { ...state, selected: findNeighbour(view, state.selected, action.by) };
    case 'pin':
      return { ...state, pinned: state.pinned === null ? findShownTask(view, state.selected) : null };
    case 'next-failure':
      return { ...state, selected: findNextFailure(view, state.selected) ?? state.selected };
    case 'follow':
      return { ...state, selected: null, pinned: null, helpOpen: false };
    case 'toggle-help':
      return { ...state, helpOpen: !state.helpOpen };
    case 'quit':
      return { ...state, stopping: true };
  }
}
