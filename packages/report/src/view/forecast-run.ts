import type { TaskId } from '@larder/core';
import type { RunView, TaskView } from './run-view.ts';

/** What a task is expected to take, by earlier runs or by the other tasks of its target. */
export interface TaskForecast {
  readonly durationMs: number;
  /** With the longest chain of tasks that wait for it, one after the other. */
  readonly chainMs: number;
  readonly dependents: readonly TaskId[];
}

/** Below this share of tasks with a history an estimate would be made up. */
const leastKnownShare = 0.5;
/** Lookups before their hits say what the rest will be. */
const leastLookups = 10;

/** Looks at every task and edge once: for the beginning of a run, not for each frame. */
export function forecastTasks(tasks: ReadonlyMap<TaskId, TaskView>): ReadonlyMap<TaskId, TaskForecast> {
  const durations = expectDurations(tasks);
  const dependents = new Map<TaskId, TaskId[]>([...tasks.keys()].map((id) => [id, []]));
  for (const { id, dependsOn } of tasks.values()) for (const each of dependsOn) dependents.get(each)?.push(id);
  const forecasts = new Map<TaskId, TaskForecast>();
  const left = new Map([...dependents].map(([id, waiting]) => [id, waiting.length]));
  // From the ends of the graph to its beginnings, so that every chain after a task is known before it.
  const queue = [...tasks.keys()].filter((id) => left.get(id) === 0);
  for (const id of queue) {
    const after = dependents.get(id) ?? [];
    const durationMs = durations.get(id) ?? 0;
    const chainAfterMs = after.reduce((longest, each) => Math.max(longest, forecasts.get(each)?.chainMs ?? 0), 0);
    forecasts.set(id, { durationMs, chainMs: durationMs + chainAfterMs, dependents: after });
    for (const each of tasks.get(id)?.dependsOn ?? []) {
      const count = (left.get(each) ?? 0) - 1;
      left.set(each, count);
      if (count === 0) queue.push(each);
    }
  }
  return forecasts;
}

/**
 * Until the run ends, as far as earlier runs tell: the longest chain that is left or, where that is
 * more, the work that is left over the slots. Null where too few of the tasks were ever timed, and
 * while nothing executes.
 */
export function estimateRemainingMs(
  view: RunView,
  forecasts: ReadonlyMap<TaskId, TaskForecast>,
  nowMs: number,
): number | null {
  const left = { known: 0, count: 0, executing: 0, chainMs: 0, workMs: 0 };
  for (const group of [view.groups.active, view.groups.waiting]) {
    for (const id of group) {
      const task = view.tasks.get(id);
      const forecast = forecasts.get(id);
      if (task === undefined || forecast === undefined || task.continuous) continue;
      const elapsedMs = task.startedAt === null ? 0 : Math.max(0, nowMs - task.startedAt);
      const ownMs = Math.max(0, forecast.durationMs - elapsedMs);
      left.count += 1;
      if (task.expectedMs !== null) left.known += 1;
      if (task.state === 'running') left.executing += 1;
      left.chainMs = Math.max(left.chainMs, forecast.chainMs - forecast.durationMs + ownMs);
      left.workMs += task.state === 'running' || task.state === 'queued' ? ownMs : ownMs * shareOfMisses(view);
    }
  }
  if (left.executing === 0 || left.known < left.count * leastKnownShare) return null;
  return Math.max(left.chainMs, left.workMs / Math.max(1, view.slots));
}

function shareOfMisses({ hits }: RunView): number {
  return hits.cacheable < leastLookups ? 1 : 1 - (hits.local + hits.remote) / hits.cacheable;
}

/** Tasks without a history take what others of their target take, else what all take, on average. */
function expectDurations(tasks: ReadonlyMap<TaskId, TaskView>): ReadonlyMap<TaskId, number> {
  const byTarget = new Map<string, Mean>();
  const overall = new Mean();
  for (const { target, expectedMs } of tasks.values()) {
    if (expectedMs === null) continue;
    overall.add(expectedMs);
    let mean = byTarget.get(target);
    if (mean === undefined) byTarget.set(target, (mean = new Mean()));
    mean.add(expectedMs);
  }
  const expectationOf = ({ target, expectedMs, continuous }: TaskView): number =>
    continuous ? 0 : (expectedMs ?? (byTarget.get(target) ?? overall).value);
  return new Map([...tasks.values()].map((task) => [task.id, expectationOf(task)]));
}

class Mean {
  #sum = 0;
  #count = 0;

  add(value: number): void {
    this.#sum += value;
    this.#count += 1;
  }

  /** 0 where nothing was added. */
  get value(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count;
  }
}
