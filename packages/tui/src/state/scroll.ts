import type { OutputTail, TaskView } from '@larder/report';
import { chooseLayout, type Size } from '../panes/layout.ts';
import { countRows } from '../panes/wrap-line.ts';
import type { UiContext } from './apply-action.ts';
import { findMatch } from './search.ts';
import { findFocusedOutput, findScrollTop, listOutputs, type UiState } from './ui-state.ts';

interface FocusedOutput {
  readonly task: TaskView;
  readonly output: OutputTail;
  /** Without the title. */
  readonly size: Size;
}

/** Lines of output that a page holds. */
export function pageRows(state: UiState, context: UiContext): number {
  return Math.max(1, findFocused(state, context)?.size.rows ?? context.size.rows);
}

export function scrollLines(state: UiState, context: UiContext, by: number): UiState {
  if (state.copy !== null) return scrollCopy(state, context, by);
  const focused = findFocused(state, context);
  return focused === null ? state : scrollTo(state, focused, firstInView(state, focused) + by);
}

export function jumpTo(state: UiState, context: UiContext, place: 'start' | 'end'): UiState {
  return scrollLines(state, context, place === 'start' ? -Infinity : Infinity);
}

export function findNextMatch(state: UiState, context: UiContext, direction: 'down' | 'up'): UiState {
  const focused = findFocused(state, context);
  if (focused === null) return state;
  const current = state.match?.line ?? firstInView(state, focused) - 1;
  const line = direction === 'down' ? current + 1 : current;
  const match = findMatch(focused.output, state.search, { line, direction });
  return match === null ? { ...state, match } : showLine({ ...state, match }, focused, match.line);
}

/** While a search is typed: from what is in view on. */
export function findFirstMatch(state: UiState, context: UiContext): UiState {
  return state.search === '' ? { ...state, match: null } : findNextMatch({ ...state, match: null }, context, 'down');
}

export function toggleCopy(state: UiState, context: UiContext): UiState {
  if (state.copy !== null) return { ...state, copy: null };
  const focused = findFocused(state, context);
  if (focused === null) return { ...state, notice: 'no output to copy' };
  const { task, output, size } = focused;
  const top = findScrollTop(state, task);
  const endLine = top === undefined ? output.endLine : Math.min(output.endLine, top + size.rows);
  return { ...state, copy: { task: task.id, endLine } };
}

function scrollCopy(state: UiState, { view, size }: UiContext, by: number): UiState {
  const output = state.copy === null ? null : (view.tasks.get(state.copy.task)?.output ?? null);
  if (state.copy === null || output === null) return state;
  const first = Math.min(output.endLine, output.droppedLines + size.rows - 1);
  const endLine = Math.max(first, Math.min(output.endLine, state.copy.endLine + by));
  return { ...state, copy: { ...state.copy, endLine } };
}

function findFocused(state: UiState, { view, size }: UiContext): FocusedOutput | null {
  const outputs = listOutputs(view, state);
  const index = findFocusedOutput(outputs, view, state);
  const id = outputs[index];
  const task = id === undefined ? undefined : view.tasks.get(id);
  if (task === undefined || task.output === null) return null;
  const layout = chooseLayout(size, { outputs: outputs.length, focus: state.focus });
  const { columns, rows } = layout.outputs[index] ?? size;
  return { task, output: task.output, size: { columns, rows: Math.max(1, rows - 1) } };
}

function firstInView(state: UiState, focused: FocusedOutput): number {
  return findScrollTop(state, focused.task) ?? firstAtEnd(focused);
}

/** The first line of the last page, as many rows as its lines take. */
function firstAtEnd({ output, size }: FocusedOutput): number {
  let first = output.endLine;
  let rows = 0;
  for (const line of output.last(size.rows).toReversed()) {
    rows += countRows(line, size.columns);
    if (rows > size.rows) break;
    first -= 1;
  }
  return Math.min(first, output.endLine - 1);
}

/** The end is followed from there on where it comes into view. */
function scrollTo(state: UiState, focused: FocusedOutput, line: number): UiState {
  const { task, output } = focused;
  const scroll = new Map(state.scroll);
  const first = Math.max(output.droppedLines, line);
  if (first >= firstAtEnd(focused)) scroll.delete(task.id);
  else scroll.set(task.id, first);
  return { ...state, scroll };
}

/** A third of the page above it gives the match some context. */
function showLine(state: UiState, focused: FocusedOutput, line: number): UiState {
  return scrollTo(state, focused, line - Math.floor(focused.size.rows / 3));
}
