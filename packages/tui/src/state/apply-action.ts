import type { TaskId } from '@larder/core';
import type { RunView } from '@larder/report';
import type { Size } from '../panes/layout.ts';
import { applyPromptAction } from './apply-prompt.ts';
import { filterTasks, isFiltering, nextState, noFilter } from './filter.ts';
import { findNextMatch, jumpTo, pageRows, scrollLines, toggleCopy } from './scroll.ts';
import { findNeighbour, findNextFailure } from './task-order.ts';
import type { UiAction } from './ui-action.ts';
import { findCurrentTask, findFocusedOutput, isAtEnd, listOutputs, type UiState } from './ui-state.ts';

export interface UiContext {
  readonly view: RunView;
  readonly size: Size;
}

const maxPinned = 2;

/** What follows from a key, on the screen; what it does to the run is `findCommand`. */
export function applyAction(before: UiState, action: UiAction, context: UiContext): UiState {
  const state: UiState = { ...before, notice: null, stopAsked: null, inputAsked: null };
  switch (action.kind) {
    case 'move':
      return state.copy !== null || state.focus > 0
        ? scrollLines(state, context, action.by)
        : select(state, findNeighbour(listed(state, context), state.selected, action.by));
    case 'next-failure':
      return selectFailure(state, context, action.by);
    case 'scroll':
      return scrollLines(state, context, Math.trunc(action.by * pageRows(state, context)));
    case 'scroll-to':
      return jumpTo(state, context, action.place);
    case 'next-match':
      return state.search === ''
        ? { ...state, notice: 'nothing to search for: / first' }
        : findNextMatch(state, context, action.direction);
    case 'prompt':
      return applyPromptAction({ ...state, inputAsked: before.inputAsked }, action, context);
    case 'type':
    case 'erase':
    case 'submit':
    case 'cancel':
    case 'end-input':
      return applyPromptAction(state, action, context);
    case 'show':
      return { ...state, helpOpen: false, screen: state.screen === action.screen ? 'tasks' : action.screen };
    case 'next-state':
      return { ...state, selected: null, filter: { ...state.filter, state: nextState(state.filter.state) } };
    case 'next-focus':
      return { ...state, focus: (state.focus + 1) % (listOutputs(context.view, state).length + 1) };
    case 'pin':
      return togglePin(state, context);
    case 'toggle-copy':
      return toggleCopy(state, context);
    case 'toggle-help':
      return { ...state, helpOpen: !state.helpOpen };
    case 'back':
      return goBack(state);
    case 'stop':
      return before.stopAsked === null ? askToStop(state, context) : state;
    case 'hold':
      return { ...state, held: !state.held };
    case 'quit':
      return isAtEnd(context.view, state) ? { ...state, held: false } : { ...state, stopping: true };
    case 'restart':
    case 'redraw':
      return state;
  }
}

function listed(state: UiState, { view }: UiContext): ReturnType<typeof filterTasks> {
  return filterTasks(view, state.filter);
}

/** A search belongs to the output in which it was made. */
function select(state: UiState, selected: TaskId | null): UiState {
  return { ...state, selected, match: null };
}

function selectFailure(state: UiState, context: UiContext, by: 1 | -1): UiState {
  const failed = findNextFailure(context.view, state.selected, by);
  if (failed === null) return { ...state, notice: 'no task has failed' };
  const isListed = listed(state, context).groups.failed.includes(failed);
  return select(isListed ? state : { ...state, filter: noFilter }, failed);
}

function togglePin(state: UiState, { view }: UiContext): UiState {
  const outputs = listOutputs(view, state);
  const id = outputs[findFocusedOutput(outputs, view, state)];
  if (id === undefined) return state;
  if (state.pinned.includes(id)) return { ...state, focus: 0, pinned: state.pinned.filter((each) => each !== id) };
  return { ...state, pinned: [...state.pinned, id].slice(-maxPinned) };
}

/** One thing at a time, from what covers the screen to what was chosen. */
function goBack(state: UiState): UiState {
  if (state.copy !== null) return { ...state, copy: null };
  if (state.helpOpen) return { ...state, helpOpen: false };
  if (state.screen !== 'tasks') return { ...state, screen: 'tasks' };
  if (state.search !== '') return { ...state, search: '', match: null };
  if (isFiltering(state.filter)) return { ...state, filter: noFilter };
  return { ...state, selected: null, pinned: [], focus: 0, scroll: new Map() };
}

function askToStop(state: UiState, context: UiContext): UiState {
  const id = findCurrentTask(listed(state, context), state);
  const task = id === null ? undefined : context.view.tasks.get(id);
  if (task?.state !== 'running') return { ...state, notice: `${id ?? 'no task'} is not running` };
  return { ...state, stopAsked: task.id, notice: `x again stops ${task.id}` };
}
