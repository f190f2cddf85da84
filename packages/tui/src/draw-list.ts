import type { TaskId, TaskOutcome } from '@larder/core';
import { displayWidth, fitToWidth, formatDuration, type Paint, type TaskView } from '@larder/report';
import type { Size } from './layout.ts';
import type { Snapshot } from './snapshot.ts';
import { cutWindow, findShownTask, type GroupName } from './task-order.ts';
import type { UiState } from './ui-state.ts';

/** Exactly `size.rows` lines or fewer, each exactly as wide as the list; only visible tasks are looked at. */
export function drawList(snapshot: Snapshot, state: UiState, context: { size: Size; paint: Paint }): readonly string[] {
  const { view, nowMs } = snapshot;
  const { size, paint } = context;
  const shown = findShownTask(view, state.selected);
  return cutWindow(view, shown, size.rows).rows.map((row) => {
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

function markOf(id: TaskId, shown: TaskId | null, pinned: TaskId | null): RowContext['mark'] {
  return id === shown ? 'shown' : id === pinned ? 'pinned' : 'none';
}

/** The mark, not the style alone, tells the selected row, so that it is seen without colour. */
function drawTask(task: TaskView, { nowMs, columns, mark, paint }: RowContext): string {
  const status = describeStatus(task, nowMs);
  const prefix = mark === 'shown' ? '❯ ' : mark === 'pinned' ? '∎ ' : '  ';
  const nameColumns = Math.max(0, columns - displayWidth(prefix) - 2 - displayWidth(status) - 1);
  const name = fitToWidth(task.id, nameColumns);
  const text = `${prefix}${drawIcon(task, paint)} ${mark === 'shown' ? paint('bold', name) : name} ${status}`;
  return mark === 'shown' ? paint('inverse', fitToWidth(text, columns)) : fitToWidth(text, columns);
}

function drawIcon(task: TaskView, paint: Paint): string {
  if (task.outcome !== null) return iconOf(task.outcome, paint);
  switch (task.state) {
    case 'waiting':
    case 'settled':
      return paint('dim', '·');
    case 'queued':
      return '○';
    case 'looking-up':
    case 'restoring':
      return paint('cyan', '↓');
    case 'running':
      return paint('cyan', task.ready ? '◆' : '●');
  }
}

function iconOf(outcome: TaskOutcome, paint: Paint): string {
  switch (outcome.kind) {
    case 'executed':
      return paint('green', '✔');
    case 'restored':
    case 'up-to-date':
      return paint('green', '✓');
    case 'failed':
      return paint('red', '✖');
    case 'skipped':
    case 'cancelled':
      return paint('yellow', '-');
  }
}

function describeStatus(task: TaskView, nowMs: number): string {
  if (task.outcome !== null) return describeSettled(task.outcome);
  switch (task.state) {
    case 'waiting':
      return '';
    case 'settled':
    case 'queued':
      return task.state;
    case 'looking-up':
      return 'looking up';
    case 'restoring':
      return task.lookup?.kind === 'hit' ? `restoring, ${task.lookup.where}` : 'restoring';
    case 'running':
      return describeRunning(task, nowMs);
  }
}

function describeRunning(task: TaskView, nowMs: number): string {
  const attempt = task.attempt > 1 ? `attempt ${task.attempt}, ` : '';
  const elapsed = formatElapsed(nowMs - (task.startedAt ?? nowMs));
  const expected = task.expectedMs === null || task.continuous ? '' : ` of ${formatDuration(task.expectedMs)}`;
  return `${attempt}${elapsed}${expected}`;
}

/** Whole seconds: it is drawn once a second. */
function formatElapsed(elapsedMs: number): string {
  const seconds = Math.floor(Math.max(0, elapsedMs) / 1000);
  return seconds < 60 ? `${seconds} s` : formatDuration(seconds * 1000);
}

function describeSettled(outcome: TaskOutcome): string {
  switch (outcome.kind) {
    case 'executed':
      return `${outcome.attempts > 1 ? `attempt ${outcome.attempts}, ` : ''}${formatDuration(outcome.durationMs)}`;
    case 'restored':
      return outcome.from;
    case 'up-to-date':
      return 'up to date';
    case 'failed':
      return `exit ${outcome.exitCode}, ${formatDuration(outcome.durationMs)}`;
    case 'skipped':
    case 'cancelled':
      return outcome.kind;
  }
}

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
