import type { ScheduledTask } from './scheduled-task.ts';

/** Nobody need wait for the task any longer. Gives those for whom it was the last that they waited for. */
export function satisfyDependents(task: ScheduledTask): readonly ScheduledTask[] {
  if (task.isSatisfied) return [];
  const released = releaseStarted(task);
  task.isSatisfied = true;
  return [...released, ...releaseAll(task.awaitsReady)];
}

/** It has started: those that do not wait for it to be ready need not wait longer. */
export function releaseStarted(task: ScheduledTask): readonly ScheduledTask[] {
  if (task.hasStarted) return [];
  task.hasStarted = true;
  return releaseAll(task.dependents.filter((dependent) => !task.awaitsReady.has(dependent)));
}

function releaseAll(dependents: Iterable<ScheduledTask>): readonly ScheduledTask[] {
  const released: ScheduledTask[] = [];
  for (const dependent of dependents) {
    dependent.missing--;
    if (dependent.missing === 0 && dependent.state === 'waiting') released.push(dependent);
  }
  return released;
}
