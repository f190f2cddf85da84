import type { TaskId } from '../ids.ts';
import { isSuccess, type ContinueMode } from './outcome.ts';
import type { ScheduledTask } from './scheduled-task.ts';
import type { Verdict } from './verdict.ts';

export interface ReopenedTasks {
  /** The one that was asked for first. */
  readonly tasks: readonly ScheduledTask[];
  /** Whether another failure has ended the run for all but these. */
  readonly failedForGood: boolean;
}

/**
 * Which tasks get another turn with one that has settled. Null where that cannot be: see `Schedule.reopen`. Looks at
 * all tasks, since nobody asks but a person at a keyboard.
 */
export function findReopened(
  all: readonly ScheduledTask[],
  start: ScheduledTask,
  mode: ContinueMode,
): ReopenedTasks | null {
  if (start.outcome === null || start.outcome.kind === 'skipped' || start.outcome.kind === 'cancelled') return null;
  const failedForGood = mode === 'never' && all.some((task) => task !== start && task.outcome?.kind === 'failed');
  const reopened = new Set([start]);
  const hasTurn = ({ outcome }: ScheduledTask): boolean =>
    outcome?.kind === 'skipped' || (outcome?.kind === 'cancelled' && mode === 'never' && !failedForGood);
  addFollowing(all, reopened, (task) => hasTurn(task) && canRun(task, reopened, mode));
  if (!addNeeded(reopened)) return null;
  // What it depends on may have been executed again itself, and have failed by that.
  if (![...reopened].every((task) => canRun(task, reopened, mode))) return null;
  dropIdle(all, reopened);
  return reopened.has(start) ? { tasks: [...reopened], failedForGood } : null;
}

/** Continuous tasks that nobody asked for, and that serve nobody: they would never end. */
function dropIdle(all: readonly ScheduledTask[], reopened: Set<ScheduledTask>): void {
  for (let before = -1; before !== reopened.size;) {
    before = reopened.size;
    const users = countUsers(all, (task) => task.outcome !== null && !reopened.has(task));
    for (const one of reopened) {
      if (one.task.continuous && !one.task.requested && users.get(one) === 0) reopened.delete(one);
    }
  }
}

/** Continuous tasks that have ended although one that is reopened needs them; false where one is just being stopped. */
function addNeeded(reopened: Set<ScheduledTask>): boolean {
  for (const task of reopened) {
    for (const dependency of task.dependencies) {
      if (!dependency.task.continuous) continue;
      if (dependency.isStopping && dependency.state === 'running') return false;
      if (dependency.outcome !== null) reopened.add(dependency);
    }
  }
  return true;
}

/** Until nothing is added any more: a task may wait for several that are. */
function addFollowing(
  all: readonly ScheduledTask[],
  reopened: Set<ScheduledTask>,
  follows: (task: ScheduledTask) => boolean,
): void {
  for (let before = -1; before !== reopened.size;) {
    before = reopened.size;
    for (const task of all) if (!reopened.has(task) && follows(task)) reopened.add(task);
  }
}

function canRun({ dependencies }: ScheduledTask, reopened: ReadonlySet<ScheduledTask>, mode: ContinueMode): boolean {
  return dependencies.every((dependency) => {
    const { outcome } = dependency;
    if (outcome === null || isSuccess(outcome) || reopened.has(dependency)) return true;
    // It was only left out because nobody needed it any more.
    if (outcome.kind === 'cancelled' && dependency.task.continuous) return canRun(dependency, reopened, mode);
    return outcome.kind === 'failed' && mode === 'always';
  });
}

/** Tasks that stay skipped, but not because of one that is reopened: each with what they are skipped for now. */
export function restateSkipped(all: readonly ScheduledTask[], reopened: readonly ScheduledTask[]): readonly Verdict[] {
  const again = new Set(reopened.map((task) => task.id));
  const verdicts: Verdict[] = [];
  for (const task of all) {
    if (task.outcome?.kind !== 'skipped' || !again.has(task.outcome.failedDependency)) continue;
    const cause = findFailure(task);
    if (cause !== null) verdicts.push([task, { kind: 'skipped', failedDependency: cause.id }]);
  }
  return verdicts;
}

/** The nearest failure among all that a task depends on. */
function findFailure(task: ScheduledTask): ScheduledTask | null {
  const reached = new Set(task.dependencies);
  for (const dependency of reached) {
    if (dependency.outcome?.kind === 'failed') return dependency;
    for (const further of dependency.dependencies) reached.add(further);
  }
  return null;
}

/** As if it had never been handed out; its state and counts are left to the caller. */
export function forgetOutcome(task: ScheduledTask): void {
  task.outcome = null;
  task.fate = null;
  task.hasStarted = false;
  task.isSatisfied = false;
  task.isStopping = false;
}

/** Of tasks that are being looked up: what would have become of them no longer follows. */
export function forgetFates(all: Iterable<ScheduledTask>, reopened: ReadonlySet<TaskId>): void {
  for (const task of all) {
    const { fate } = task;
    if (fate?.kind === 'cancelled') task.fate = null;
    if (fate?.kind === 'skipped' && reopened.has(fate.failedDependency)) task.fate = null;
  }
}

/**
 * Brings the counts of all tasks in line with their states and outcomes. Returns those that have not been handed out:
 * whether they are ready may have changed.
 */
export function countAnew(all: readonly ScheduledTask[]): readonly ScheduledTask[] {
  const users = countUsers(all, (task) => task.state === 'settled');
  for (const task of all) {
    task.users = users.get(task) ?? 0;
    task.missing = task.dependencies.filter((dependency) => !isMet(dependency, task)).length;
  }
  return all.filter(({ state }) => state === 'waiting' || state === 'ready' || state === 'queued');
}

function isMet(dependency: ScheduledTask, dependent: ScheduledTask): boolean {
  return dependency.awaitsReady.has(dependent) ? dependency.isSatisfied : dependency.hasStarted;
}

/** Of each task, the dependents that may still need it, or of which a dependent may; from the ends of the graph on. */
function countUsers(
  all: readonly ScheduledTask[],
  isSettled: (task: ScheduledTask) => boolean,
): ReadonlyMap<ScheduledTask, number> {
  const users = new Map(all.map((task) => [task, task.dependents.length]));
  const open = new Map(users);
  const queue = all.filter((task) => task.dependents.length === 0);
  for (const task of queue) {
    const isGone = isSettled(task) && users.get(task) === 0;
    for (const dependency of task.dependencies) {
      if (isGone) users.set(dependency, (users.get(dependency) ?? 0) - 1);
      const left = (open.get(dependency) ?? 0) - 1;
      open.set(dependency, left);
      if (left === 0) queue.push(dependency);
    }
  }
  return users;
}
