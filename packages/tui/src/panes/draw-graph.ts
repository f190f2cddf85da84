import type { TaskId } from '@larder/core';
import {
  fitToWidth,
  formatDuration,
  truncateToWidth,
  type Paint,
  type RunView,
  type TaskForecast,
} from '@larder/report';
import type { Snapshot } from '../snapshot.ts';
import { filterTasks } from '../state/filter.ts';
import { findCurrentTask, type UiState } from '../state/ui-state.ts';
import { dividerColumns } from './layout.ts';
import type { Look } from './look.ts';
import { drawIcon } from './task-icon.ts';
import { describeStatus } from './task-status.ts';

const maxDepth = 12;
const besideFrom = 100;

/** What the current task waits for, and what waits for it: two trees, beside each other where there is room. */
export function drawGraph(snapshot: Snapshot, state: UiState, look: Look): readonly string[] {
  const { view, forecasts } = snapshot;
  const { size, paint } = look;
  const current = findCurrentTask(filterTasks(view, state.filter), state);
  if (current === null) return [paint('dim', 'no tasks yet')];
  const waiting = countDependents(view, forecasts, current);
  const beside = size.columns >= besideFrom;
  const columns = beside ? Math.floor((size.columns - dividerColumns) / 2) : size.columns;
  const rows = beside ? size.rows : Math.floor(size.rows / 2);
  const draw = (title: string, next: Neighbours): readonly string[] =>
    [
      paint('dim', truncateToWidth(title, columns)),
      ...drawTree(snapshot, current, { next, columns, rows: rows - 1, paint }),
    ].slice(0, rows);
  const upper = draw(`── ${current} waits for`, (id) => dependenciesOf(view, id));
  const chain = forecasts.get(current);
  const afterMs = chain === undefined ? 0 : chain.chainMs - chain.durationMs;
  const after = afterMs === 0 ? '' : `, ${formatDuration(afterMs)} one after the other`;
  const lower = draw(`── waited for by ${waiting} unsettled${after}`, (id) =>
    unsettled(view, forecasts.get(id)?.dependents ?? []),
  );
  if (!beside) return [...upper, '', ...lower].slice(0, size.rows);
  return Array.from({ length: Math.max(upper.length, lower.length) }, (_, row) => {
    return `${fitToWidth(upper[row] ?? '', columns)}${paint('dim', ' │ ')}${lower[row] ?? ''}`;
  });
}

type Neighbours = (id: TaskId) => readonly TaskId[];

/** Unsettled ones and failures first: they are what holds a task up. */
function dependenciesOf(view: RunView, id: TaskId): readonly TaskId[] {
  const dependsOn = view.tasks.get(id)?.dependsOn ?? [];
  const holds = (each: TaskId): boolean => {
    const task = view.tasks.get(each);
    return task?.state !== 'settled' || task.outcome?.kind === 'failed';
  };
  return [...dependsOn.filter(holds), ...dependsOn.filter((each) => !holds(each))];
}

function unsettled(view: RunView, ids: readonly TaskId[]): readonly TaskId[] {
  return ids.filter((id) => view.tasks.get(id)?.state !== 'settled');
}

function countDependents(view: RunView, forecasts: ReadonlyMap<TaskId, TaskForecast>, from: TaskId): number {
  const seen = new Set([from]);
  for (const id of seen) for (const each of unsettled(view, forecasts.get(id)?.dependents ?? [])) seen.add(each);
  return seen.size - 1;
}

interface TreeContext {
  readonly next: Neighbours;
  readonly columns: number;
  readonly rows: number;
  readonly paint: Paint;
}

/** A task stands in full once; where it comes again it ends in `…`. Stops when the pane is full. */
function drawTree(snapshot: Snapshot, root: TaskId, context: TreeContext): readonly string[] {
  const { next, columns, rows, paint } = context;
  const lines: string[] = [];
  const seen = new Set<TaskId>();
  const visit = (id: TaskId, indent: string, depth: number): void => {
    const children = next(id);
    for (const [index, child] of children.entries()) {
      if (lines.length >= rows) return;
      const isLast = index === children.length - 1;
      const isKnown = seen.has(child);
      lines.push(drawNode(snapshot, child, { lead: indent + (isLast ? '└─ ' : '├─ '), isKnown, columns, paint }));
      seen.add(child);
      if (!isKnown && depth < maxDepth) visit(child, indent + (isLast ? '   ' : '│  '), depth + 1);
    }
  };
  visit(root, '', 0);
  if (lines.length === 0) return [paint('dim', 'nothing')];
  return lines;
}

function drawNode(
  { view, nowMs }: Snapshot,
  id: TaskId,
  { lead, isKnown, columns, paint }: { lead: string; isKnown: boolean; columns: number; paint: Paint },
): string {
  const task = view.tasks.get(id);
  const icon = task === undefined ? '·' : drawIcon(task, paint);
  const status = task === undefined || isKnown ? (isKnown ? '…' : '') : describeStatus(task, nowMs);
  return truncateToWidth(
    `${paint('dim', lead)}${icon} ${id}${status === '' ? '' : paint('dim', `  ${status}`)}`,
    columns,
  );
}
