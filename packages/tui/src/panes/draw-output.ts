import type { TaskId } from '@larder/core';
import {
  cleanOutputLine,
  cleanTerminalText,
  describeOutcome,
  displayWidth,
  truncateToWidth,
  type Paint,
  type RunView,
  type TaskView,
} from '@larder/report';
import { createLineTest } from '../state/search.ts';
import { findScrollTop, type UiState } from '../state/ui-state.ts';
import type { Look } from './look.ts';
import { wrapLine } from './wrap-line.ts';

const tab = '    ';
const matchGutter = 2;
const minSearchColumns = 10;

export interface ShownOutput {
  readonly task: TaskId;
  readonly hasFocus: boolean;
  /** Search marks are drawn in one output alone. */
  readonly isSearched: boolean;
}

/** A title and the part of a task's output that is in view, made safe to stand beside other text. */
export function drawOutput(view: RunView, state: UiState, context: Look & ShownOutput): readonly string[] {
  const { size, paint } = context;
  const task = view.tasks.get(context.task);
  if (task === undefined || size.rows < 1) return [];
  const title = drawTitle(task, state, context);
  if (size.rows === 1) return [title];
  if (task.output === null) return [title, paint('dim', truncateToWidth(explainSilence(task, view), size.columns))];
  return [title, ...drawLines(task, state, context)];
}

/** The rule is double where the keys for outputs go. */
function drawTitle(task: TaskView, state: UiState, { size, paint, hasFocus }: Look & ShownOutput): string {
  const rule = hasFocus ? paint('cyan', '══') : paint('dim', '──');
  const pinned = state.pinned.includes(task.id) ? paint('yellow', ' pinned') : '';
  const right = describePlace(task, state);
  const left = `${rule} ${paint('bold', task.id)}${pinned}  ${paint('dim', describeTask(task))}`;
  const columns = size.columns - (right === '' ? 0 : displayWidth(right) + 1);
  if (right === '' || columns < 10) return truncateToWidth(left, size.columns);
  const cut = truncateToWidth(left, columns);
  return `${cut}${' '.repeat(Math.max(1, size.columns - displayWidth(cut) - displayWidth(right)))}${paint('cyan', right)}`;
}

function describeTask(task: TaskView): string {
  if (task.outcome !== null) return describeOutcome(task.outcome);
  const command = task.command === null ? '' : `$ ${task.command}`;
  const missed = task.lookup?.kind === 'miss' ? task.lookup.reason : null;
  return missed === null ? command : `${command}  (missed: ${missed})`;
}

function describePlace(task: TaskView, state: UiState): string {
  const top = findScrollTop(state, task);
  if (top === undefined || task.output === null) return '';
  return `line ${top + 1} of ${task.output.endLine}, G follows`;
}

function drawLines(task: TaskView, state: UiState, context: Look & ShownOutput): readonly string[] {
  const { output } = task;
  const rows = context.size.rows - 1;
  const top = findScrollTop(state, task);
  if (output === null) return [];
  const first = top ?? Math.max(0, output.endLine - rows);
  const lines = output.slice(first, first + rows);
  const draw = createLineDrawer(state, context);
  if (top !== undefined) return takeRows(lines, (line, index) => draw(line, first + index), rows);
  // From the end backwards, so that nothing is wrapped that is not shown.
  const drawn: string[] = [];
  for (let index = lines.length - 1; index >= 0 && drawn.length < rows; index -= 1) {
    drawn.unshift(...draw(lines[index] ?? '', first + index));
  }
  return drawn.slice(-rows);
}

function takeRows(
  lines: readonly string[],
  draw: (line: string, index: number) => readonly string[],
  rows: number,
): readonly string[] {
  const drawn: string[] = [];
  for (const [index, line] of lines.entries()) {
    if (drawn.length >= rows) break;
    drawn.push(...draw(line, index));
  }
  return drawn.slice(0, rows);
}

type LineDrawer = (line: string, number: number) => readonly string[];

function createLineDrawer(state: UiState, { size, color, paint, isSearched }: Look & ShownOutput): LineDrawer {
  // Tabs go before the line is measured: their width depends on where they stand.
  if (!isSearched || state.search === '' || size.columns < minSearchColumns) {
    return (line) => wrapLine(cleanOutputLine(line.replaceAll('\t', tab), color), size.columns);
  }
  const matches = createLineTest(state.search);
  const columns = size.columns - matchGutter;
  return (line, number) => {
    const isMatch = matches(line);
    const mark = number === state.match?.line ? paint('yellow', '❯ ') : isMatch ? paint('yellow', '· ') : '  ';
    const text = isMatch
      ? paintMatches(cleanTerminalText(line.replaceAll('\t', tab), false), state.search, paint)
      : cleanOutputLine(line.replaceAll('\t', tab), color);
    return wrapLine(text, columns).map((row, index) => (index === 0 ? mark : '  ') + row);
  };
}

function paintMatches(line: string, text: string, paint: Paint): string {
  const exact = text !== text.toLowerCase();
  const searched = exact ? line : line.toLowerCase();
  let painted = '';
  let from = 0;
  for (let at = searched.indexOf(text); at !== -1; at = searched.indexOf(text, from)) {
    painted += line.slice(from, at) + paint('inverse', line.slice(at, at + text.length));
    from = at + text.length;
  }
  return painted + line.slice(from);
}

const namesShown = 10;

function explainSilence(task: TaskView, view: RunView): string {
  if (task.state === 'queued') return 'waits for a free slot';
  const unsettled = task.dependsOn.filter((id) => view.tasks.get(id)?.state !== 'settled');
  if (task.state !== 'waiting' || unsettled.length === 0) return 'no output';
  const more = unsettled.length > namesShown ? ` and ${unsettled.length - namesShown} more` : '';
  return `waits for ${unsettled.slice(0, namesShown).join(', ')}${more}`;
}
