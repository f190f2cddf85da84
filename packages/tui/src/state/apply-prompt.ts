import { truncateToWidth, type TaskView } from '@larder/report';
import { splitGraphemes } from '../graphemes.ts';
import type { UiContext } from './apply-action.ts';
import { filterTasks } from './filter.ts';
import { findFirstMatch } from './scroll.ts';
import type { UiAction } from './ui-action.ts';
import { findCurrentTask, type PromptKind, type UiState } from './ui-state.ts';

export type PromptAction = Extract<UiAction, { kind: 'prompt' | 'type' | 'erase' | 'submit' | 'cancel' | 'end-input' }>;

const maxTyped = 200;

/** The line at the bottom: filter and search show what they find while they are typed. */
export function applyPromptAction(state: UiState, action: PromptAction, context: UiContext): UiState {
  if (action.kind === 'prompt') return openPrompt(state, action.prompt, context);
  const { prompt } = state;
  if (prompt === null) return state;
  switch (action.kind) {
    case 'type':
      return retype(state, (prompt.text + action.text).slice(0, maxTyped), context);
    case 'erase':
      return retype(state, splitGraphemes(prompt.text).slice(0, -1).join(''), context);
    case 'submit':
      // The next line for the task can be typed at once.
      return prompt.kind === 'input' ? { ...state, prompt: { ...prompt, text: '' } } : { ...state, prompt: null };
    case 'end-input':
      return prompt.kind === 'input' ? { ...state, prompt: null } : state;
    case 'cancel':
      return { ...retype(state, '', context), prompt: null };
  }
}

function openPrompt(state: UiState, kind: PromptKind, context: UiContext): UiState {
  const opened: UiState = { ...state, helpOpen: false, copy: null };
  switch (kind) {
    case 'filter':
      return { ...opened, prompt: { kind, text: state.filter.text, scrollBefore: state.scroll } };
    case 'search':
      return retype(
        { ...opened, screen: 'tasks', prompt: { kind, text: '', scrollBefore: state.scroll } },
        '',
        context,
      );
    case 'input':
      return openInput(opened, context);
  }
}

/** Most tasks find their input empty, so that none waits for ever: an open one takes another execution. */
function openInput(state: UiState, { view }: UiContext): UiState {
  const id = findCurrentTask(filterTasks(view, state.filter), state);
  const task = id === null ? undefined : view.tasks.get(id);
  const asked: UiState = { ...state, inputAsked: null };
  if (task === undefined || !hasRun(task)) return { ...asked, notice: `${id ?? 'no task'} is not running` };
  const isOpen = task.state === 'running' && task.takesInput;
  if (!isOpen && state.inputAsked !== task.id) {
    const fact = task.state === 'running' ? `the input of ${task.id} is empty` : `${task.id} has ended`;
    return { ...asked, inputAsked: task.id, notice: `${fact}: i again executes it anew, with an open input` };
  }
  // It stays with this task, whatever settles meanwhile.
  return {
    ...asked,
    screen: 'tasks',
    selected: task.id,
    prompt: { kind: 'input', text: '', scrollBefore: state.scroll },
  };
}

function hasRun({ state, outcome }: TaskView): boolean {
  return state === 'running' || (outcome !== null && outcome.kind !== 'skipped' && outcome.kind !== 'cancelled');
}

function retype(state: UiState, text: string, context: UiContext): UiState {
  const { prompt } = state;
  if (prompt === null) return state;
  const typed: UiState = { ...state, prompt: { ...prompt, text } };
  switch (prompt.kind) {
    case 'filter':
      return { ...typed, selected: null, filter: { ...state.filter, text } };
    case 'search':
      return findFirstMatch({ ...typed, search: text, scroll: prompt.scrollBefore }, context);
    case 'input':
      return typed;
  }
}

/** What stands before the cursor. */
export function describePrompt(state: UiState, columns: number): string {
  switch (state.prompt?.kind) {
    case 'filter':
      return 'filter: ';
    case 'search':
      return 'search: ';
    case 'input':
      return `to ${truncateToWidth(state.selected ?? '', Math.floor(columns / 2))} > `;
    case undefined:
      return '';
  }
}
