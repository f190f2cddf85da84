import type { TaskId } from '@larder/core';
import type { TaskRecord } from '@larder/report';

/** The chain of dependencies whose times add up to the most, first task first; no number of slots makes a run shorter. */
export function findLongestPath(tasks: readonly TaskRecord[]): {
  readonly ids: readonly TaskId[];
  readonly ms: number;
} {
  const ends = new Map<TaskId, { readonly ms: number; readonly from: TaskId | null }>();
  let last: TaskId | null = null;
  const lengthOf = (id: TaskId | null): number => (id === null ? 0 : (ends.get(id)?.ms ?? 0));
  const findLongest = (ids: readonly TaskId[]): TaskId | null =>
    ids.reduce<TaskId | null>((longest, id) => (lengthOf(id) > lengthOf(longest) ? id : longest), null);
  // What a task waited for has settled before it.
  for (const task of tasks.toSorted((a, b) => (a.settledAt ?? 0) - (b.settledAt ?? 0))) {
    const from = findLongest(task.dependsOn);
    ends.set(task.id, { ms: lengthOf(from) + ownMs(task), from });
    last = lengthOf(task.id) > lengthOf(last) ? task.id : last;
  }
  const ids: TaskId[] = [];
  for (let id = last; id !== null; id = ends.get(id)?.from ?? null) ids.push(id);
  return { ids: ids.reverse(), ms: lengthOf(last) };
}

function ownMs({ startedAt, settledAt, continuous }: TaskRecord): number {
  return startedAt === null || settledAt === null || continuous ? 0 : Math.max(0, settledAt - startedAt);
}
