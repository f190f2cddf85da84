import type { AffectedReason, TaskGraph, TaskId } from '@larder/core';

/** More lines than these say less. */
const mostCauses = 5;
const mostTasks = 4;

/**
 * What changed and what runs because of it: a line per file, `packages/ui/a.ts → ui:build`, and what follows.
 * `restarted`: a person wants them executed again.
 */
export function describeChanges(
  { tasks }: TaskGraph,
  reasons: ReadonlyMap<TaskId, AffectedReason>,
  restarted: readonly TaskId[],
): readonly string[] {
  const byCause = new Map<string, TaskId[]>();
  let following = 0;
  for (const task of tasks.keys()) {
    const cause = restarted.includes(task) ? 'executed again' : causeOf(reasons.get(task));
    if (cause === null) following += 1;
    else append(byCause, cause, task);
  }
  const causes = [...byCause].slice(0, mostCauses);
  const lines = causes.map(([cause, caused]) => `${cause} → ${listTasks(caused)}`);
  const others = [...byCause].slice(mostCauses);
  if (others.length > 0) {
    const caused = others.reduce((sum, [, all]) => sum + all.length, 0);
    lines.push(`and ${count(others.length, 'more file')} → ${count(caused, 'task')}`);
  }
  if (following > 0)
    lines.push(
      `and ${count(following, lines.length > 0 ? 'more task' : 'task')} that had not come to an end or depend on others`,
    );
  return lines;
}

function causeOf(reason: AffectedReason | undefined): string | null {
  switch (reason?.kind) {
    case 'file':
    case 'lockfile':
      return reason.path;
    case 'config':
      return reason.keys.length === 0 ? reason.path : `${reason.path} (${reason.keys.join(', ')})`;
    case 'dependency':
    case undefined:
      return null;
  }
}

function listTasks(tasks: readonly TaskId[]): string {
  const named = tasks.slice(0, mostTasks).join(', ');
  return tasks.length <= mostTasks ? named : `${named} and ${count(tasks.length - mostTasks, 'more task')}`;
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}

function append(map: Map<string, TaskId[]>, key: string, task: TaskId): void {
  const tasks = map.get(key);
  if (tasks === undefined) map.set(key, [task]);
  else tasks.push(task);
}
