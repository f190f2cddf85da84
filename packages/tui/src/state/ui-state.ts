import type { TaskId } from '@larder/core';
import type { RunView, TaskView } from '@larder/report';
import { filterTasks, noFilter, type ListedTasks, type TaskFilter } from './filter.ts';
import type { Match } from './search.ts';
import { findShownTask } from './task-order.ts';

export type PromptKind = 'filter' | 'search' | 'input';

export interface Prompt {
  readonly kind: PromptKind;
  readonly text: string;
  /** For a search: the scroll positions before it, from which each letter searches anew. */
  readonly scrollBefore: ReadonlyMap<TaskId, number>;
}

export type OutputScreen = 'tasks' | 'timeline' | 'graph';

/** What the person at the keyboard has chosen. */
export interface UiState {
  /** Null follows the run: a running task is shown as long as there is one. */
  readonly selected: TaskId | null;
  /** At most two, whose outputs stay in view while the selection moves. */
  readonly pinned: readonly TaskId[];
  readonly screen: OutputScreen;
  /** 0: the list, 1 and 2: the outputs. */
  readonly focus: number;
  readonly filter: TaskFilter;
  readonly search: string;
  readonly match: Match | null;
  /** The line being typed; null where keys are commands. */
  readonly prompt: Prompt | null;
  /** The first line in view of outputs that do not follow their end. */
  readonly scroll: ReadonlyMap<TaskId, number>;
  /** The plain screen: a task's output up to a line, without frames, that holds still. */
  readonly copy: { readonly task: TaskId; readonly endLine: number } | null;
  readonly helpOpen: boolean;
  /** Asked to be stopped once; the second time it is. */
  readonly stopAsked: TaskId | null;
  /** Asked once whether it is to be executed again with an open input; the second time it is. */
  readonly inputAsked: TaskId | null;
  /** The view stays when all tasks have settled. */
  readonly held: boolean;
  /** About the last key; the next one removes it. */
  readonly notice: string | null;
  readonly stopping: boolean;
}

export const initialUiState: UiState = {
  selected: null,
  pinned: [],
  screen: 'tasks',
  focus: 0,
  filter: noFilter,
  search: '',
  match: null,
  prompt: null,
  scroll: new Map(),
  copy: null,
  helpOpen: false,
  stopAsked: null,
  inputAsked: null,
  held: false,
  notice: null,
  stopping: false,
};

/** The task that single-task keys are about. */
export function findCurrentTask(view: ListedTasks, state: UiState): TaskId | null {
  return findShownTask(view, state.selected);
}

/** All is done, and the run only goes on because it is held. */
export function isAtEnd({ tasks, settledCount, finished }: RunView, { held }: UiState): boolean {
  return held && finished === null && settledCount === tasks.size;
}

/** Whose outputs are in view, at most two: the pinned ones, and beside a single one the current task's. */
export function listOutputs(view: RunView, state: UiState): readonly TaskId[] {
  const pinned = state.pinned.filter((id) => view.tasks.has(id));
  if (pinned.length === 2) return pinned;
  const current = findCurrentTask(filterTasks(view, state.filter), state);
  return current === null || pinned.includes(current) ? pinned : [...pinned, current];
}

/** Which of the outputs in view keys for outputs are about: the one with the focus, else the current task's. */
export function findFocusedOutput(outputs: readonly TaskId[], view: RunView, state: UiState): number {
  if (state.focus > 0) return Math.min(state.focus, outputs.length) - 1;
  const current = findCurrentTask(filterTasks(view, state.filter), state);
  return Math.max(0, current === null ? 0 : outputs.indexOf(current));
}

/**
 * The first line in view of an output that does not follow its end. Outputs that began anew, with
 * another attempt or another run, are followed again.
 */
export function findScrollTop(state: UiState, { id, output }: TaskView): number | undefined {
  const top = state.scroll.get(id);
  if (top === undefined || output === null || top >= output.endLine) return undefined;
  return Math.max(top, output.droppedLines);
}
