import type { TaskOutcome } from './outcome.ts';
import type { ScheduledTask } from './scheduled-task.ts';

/** What becomes of a task because of what became of another. */
export type Verdict = readonly [task: ScheduledTask, outcome: TaskOutcome];

/** Settles tasks that have not been handed out. Those that run are left to end; a lookup may still be a hit. */
export function doomAll(tasks: Iterable<ScheduledTask>, fate: TaskOutcome): readonly Verdict[] {
  const verdicts: Verdict[] = [];
  for (const task of tasks) {
    if (task.state === 'looking-up') task.fate ??= fate;
    else if (task.state !== 'running' && task.state !== 'settled') verdicts.push([task, fate]);
  }
  return verdicts;
}

export interface ReleasedDependencies {
  /** Continuous tasks that run, and that nobody needs any more. */
  readonly stoppable: readonly ScheduledTask[];
  readonly verdicts: readonly Verdict[];
}

/**
 * A settled task that nothing can need any more stops needing its dependencies. Continuous ones that
 * are left without a use are to be stopped, or never to be started.
 */
export function releaseDependencies(task: ScheduledTask): ReleasedDependencies {
  const stoppable: ScheduledTask[] = [];
  const verdicts: Verdict[] = [];
  const released = task.users === 0 ? [task] : [];
  for (const one of released) {
    for (const dependency of one.dependencies) {
      dependency.users--;
      if (dependency.users > 0) continue;
      if (dependency.state === 'settled') released.push(dependency);
      else if (!dependency.task.continuous || dependency.task.requested) continue;
      else if (dependency.state === 'running') stoppable.push(dependency);
      else verdicts.push(...doomAll([dependency], { kind: 'cancelled' }));
    }
  }
  return { stoppable, verdicts };
}
