import type { TaskId } from '@larder/core';
import { displayWidth, fitToWidth, truncateToWidth, type Paint, type TaskView } from '@larder/report';
import type { Snapshot } from '../snapshot.ts';
import { filterTasks, isFiltering } from '../state/filter.ts';
import { cutWindow, findShownTask, type GroupName } from '../state/task-order.ts';
import type { UiState } from '../state/ui-state.ts';
import type { Look } from './look.ts';
import { drawIcon } from './task-icon.ts';
import { describeStatus } from './task-status.ts';

const minNameColumns = 12;

/** Exactly `size.rows` lines or fewer, each exactly as wide as the list; only visible tasks are looked at. */
export function drawList(snapshot: Snapshot, state: UiState, { size, paint }: Look): readonly string[] {
  const { view, nowMs } = snapshot;
  const listed = filterTasks(view, state.filter);
  const shown = findShownTask(listed, state.selected);
  const { rows } = cutWindow(listed, shown, size.rows);
  if (rows.length === 0) return [drawNothing(state, { columns: size.columns, paint })];
  return rows.map((row) => {
    if (row.kind === 'group') return paint('dim', fitToWidth(`${titleOf(row.group)} ${row.count}`, size.columns));
    const task = view.tasks.get(row.id);
    if (task === undefined) return ' '.repeat(size.columns);
    return drawTask(task, { nowMs, columns: size.columns, mark: markOf(row.id, shown, state.pinned), paint });
  });
}

interface RowContext {
  readonly nowMs: number;
  readonly columns: number;
  readonly mark: 'none' | 'shown' | 'pinned';
  readonly paint: Paint;
}

function drawNothing(state: UiState, { columns, paint }: Pick<RowContext, 'columns' | 'paint'>): string {
  const text = isFiltering(state.filter) ? 'no task passes the filter; Esc drops it' : 'no tasks yet';
  return paint('dim', fitToWidth(text, columns));
}

function markOf(id: TaskId, shown: TaskId | null, pinned: readonly TaskId[]): RowContext['mark'] {
  return id === shown ? 'shown' : pinned.includes(id) ? 'pinned' : 'none';
}

/** The mark, not the style alone, tells the selected row, so that it is seen without colour. */
function drawTask(task: TaskView, { nowMs, columns, mark, paint }: RowContext): string {
  const prefix = mark === 'shown' ? '❯ ' : mark === 'pinned' ? '∎ ' : '  ';
  const places = columns - prefix.length - 2;
  const status = truncateToWidth(describeStatus(task, nowMs), Math.max(0, places - minNameColumns));
  const nameColumns = Math.max(0, places - (status === '' ? 0 : displayWidth(status) + 1));
  const name = fitToWidth(task.id, nameColumns);
  // An icon's own colour would end the inverse of the row in some terminals.
  const icon = drawIcon(task, mark === 'shown' ? plain : paint);
  const text = `${prefix}${icon} ${name}${status === '' ? '' : ` ${mark === 'shown' ? status : paint('dim', status)}`}`;
  return mark === 'shown' ? paint('inverse', paint('bold', fitToWidth(text, columns))) : fitToWidth(text, columns);
}

const plain: Paint = (_style, text) => text;

function titleOf(group: GroupName): string {
  switch (group) {
    case 'failed':
      return 'Failed';
    case 'active':
      return 'Running';
    case 'waiting':
      return 'Waiting';
    case 'done':
      return 'Done';
  }
}
