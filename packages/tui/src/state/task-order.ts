import type { TaskId } from '@larder/core';
import type { TaskGroups } from '@larder/report';
import type { ListedTasks } from './filter.ts';

export type GroupName = keyof TaskGroups;

/** One line of the list: a group's name, or a task. */
export type ListRow =
  | { readonly kind: 'group'; readonly group: GroupName; readonly count: number }
  | { readonly kind: 'task'; readonly id: TaskId };

export interface ListWindow {
  readonly rows: readonly ListRow[];
  /** Rows that do not fit. */
  readonly above: number;
  readonly below: number;
}

const order: readonly GroupName[] = ['failed', 'active', 'waiting', 'done'];

/**
 * The rows around the task that is shown, `height` of them at most. The list is never built as a
 * whole: groups and tasks before the window are stepped over, so that the cost hardly depends on
 * how many there are.
 */
export function cutWindow(view: ListedTasks, selected: TaskId | null, height: number): ListWindow {
  const groups = order.filter((name) => countOf(view.groups, name) > 0);
  const total = groups.reduce((sum, name) => sum + countOf(view.groups, name) + 1, 0);
  const focus = selected === null ? 0 : findRow(view, selected);
  const top = Math.max(0, Math.min(focus - Math.floor(height / 2), total - height));
  const rows = groups.length === 0 ? [] : takeRows(view.groups, groups, { top, height });
  return { rows, above: top, below: Math.max(0, total - top - rows.length) };
}

/**
 * The task whose output is shown: the selected one, else the first that executes and will end, else
 * one that is active, that failed, that settled last, that waits.
 */
export function findShownTask(view: ListedTasks, selected: TaskId | null): TaskId | null {
  if (selected !== null && view.tasks.has(selected)) return selected;
  const { active, failed, done } = view.groups;
  for (const id of active) {
    const task = view.tasks.get(id);
    if (task?.state === 'running' && !task.continuous) return id;
  }
  const [first] = active;
  return first ?? failed[0] ?? done.at(-1) ?? [...takeIds(view.groups, 'waiting', 0, 1)][0] ?? null;
}

/** The task so many places further down the list (up where negative), stopping at its ends. */
export function findNeighbour(view: ListedTasks, selected: TaskId | null, by: number): TaskId | null {
  const from = findShownTask(view, selected);
  if (from === null) return null;
  const total = order.reduce((sum, name) => sum + countOf(view.groups, name), 0);
  let position = Math.max(0, Math.min(total - 1, findPosition(view, from) + by));
  for (const name of order) {
    const count = countOf(view.groups, name);
    if (position < count) return [...takeIds(view.groups, name, position, 1)][0] ?? from;
    position -= count;
  }
  return from;
}

/** The failed task after the selected one, or before it where `by` is -1, around the ends; null where none failed. */
export function findNextFailure(view: ListedTasks, selected: TaskId | null, by: 1 | -1): TaskId | null {
  const { failed } = view.groups;
  const current = selected === null ? -1 : failed.indexOf(selected);
  const from = current === -1 && by === -1 ? 0 : current;
  return failed[(from + by + failed.length) % failed.length] ?? null;
}

function countOf(groups: TaskGroups, name: GroupName): number {
  const group = groups[name];
  return 'size' in group ? group.size : group.length;
}

function findRow(view: ListedTasks, id: TaskId): number {
  let row = 0;
  for (const name of order) {
    const count = countOf(view.groups, name);
    if (count === 0) continue;
    const index = indexIn(view.groups, name, id);
    if (index !== -1) return row + 1 + index;
    row += count + 1;
  }
  return 0;
}

function findPosition(view: ListedTasks, id: TaskId): number {
  let position = 0;
  for (const name of order) {
    const index = indexIn(view.groups, name, id);
    if (index !== -1) return position + index;
    position += countOf(view.groups, name);
  }
  return 0;
}

function indexIn(groups: TaskGroups, name: GroupName, id: TaskId): number {
  if (name === 'done') {
    const index = groups.done.lastIndexOf(id);
    return index === -1 ? -1 : groups.done.length - 1 - index;
  }
  if (name === 'failed') return groups.failed.indexOf(id);
  if (!groups[name].has(id)) return -1;
  let index = 0;
  for (const each of groups[name]) {
    if (each === id) return index;
    index += 1;
  }
  return -1;
}

function takeRows(
  groups: TaskGroups,
  names: readonly GroupName[],
  { top, height }: { readonly top: number; readonly height: number },
): readonly ListRow[] {
  const rows: ListRow[] = [];
  let skip = top;
  for (const group of names) {
    const count = countOf(groups, group);
    if (skip > count) {
      skip -= count + 1;
      continue;
    }
    if (skip === 0) rows.push({ kind: 'group', group, count });
    const first = Math.max(0, skip - 1);
    for (const id of takeIds(groups, group, first, height - rows.length)) rows.push({ kind: 'task', id });
    skip = 0;
    if (rows.length >= height) break;
  }
  return rows.slice(0, height);
}

/** Newest first among those that are done. */
function* takeIds(groups: TaskGroups, name: GroupName, first: number, count: number): Generator<TaskId> {
  if (name === 'done') {
    const end = groups.done.length - first;
    yield* groups.done.slice(Math.max(0, end - count), Math.max(0, end)).toReversed();
    return;
  }
  let index = 0;
  for (const id of groups[name]) {
    if (index >= first + count) return;
    if (index >= first) yield id;
    index += 1;
  }
}
