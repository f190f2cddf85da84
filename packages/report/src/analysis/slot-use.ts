import type { TaskId } from '@larder/core';
import type { RunRecord, TaskRecord } from '../records/run-record.ts';

export interface SlotUse {
  /** Mean of running tasks over the run. */
  readonly meanRunning: number;
  /** Slots times milliseconds in which nothing ran there. */
  readonly idleSlotMs: number;
  /** Of all slots times the length of the run. */
  readonly idleShare: number;
  /** Mean of running tasks in each of sixty equal parts of the run. */
  readonly overTime: readonly number[];
  /** Who was waited for while slots were idle and tasks were left, most first; null: Larder itself, or nobody. */
  readonly causes: readonly { readonly task: TaskId | null; readonly idleSlotMs: number }[];
}

const parts = 60;
const causesShown = 8;

/** Walks through the run from event to event. */
export function measureSlots({ tasks, slots, durationMs }: RunRecord): SlotUse {
  const executions = tasks.flatMap((task) => toExecution(task));
  const dependents = countDependents(tasks);
  const times = [...new Set([0, durationMs, ...executions.flatMap(({ from, to }) => [from, to])])]
    .filter((at) => at >= 0 && at <= durationMs)
    .toSorted((a, b) => a - b);
  const overTime = Array.from({ length: parts }, () => 0);
  const causes = new Map<TaskId | null, number>();
  let busyMs = 0;
  let idleSlotMs = 0;
  const starts = executions.toSorted((a, b) => a.from - b.from);
  let next = 0;
  let running: Execution[] = [];
  for (const [index, from] of times.entries()) {
    const to = times[index + 1] ?? from;
    running = running.filter((execution) => execution.to > from);
    while (next < starts.length && starts[next]!.from <= from) running.push(starts[next++]!);
    busyMs += running.length * (to - from);
    spread(overTime, { from, to, running: running.length, durationMs });
    const idle = Math.max(0, slots - countTaken(running)) * (to - from);
    if (idle === 0) continue;
    idleSlotMs += idle;
    const blocker = findBlocker(running, dependents);
    causes.set(blocker, (causes.get(blocker) ?? 0) + idle);
  }
  const whole = slots * durationMs;
  return {
    meanRunning: durationMs === 0 ? 0 : busyMs / durationMs,
    idleSlotMs,
    idleShare: whole === 0 ? 0 : idleSlotMs / whole,
    overTime,
    causes: [...causes]
      .map(([task, idle]) => ({ task, idleSlotMs: idle }))
      .toSorted((a, b) => b.idleSlotMs - a.idleSlotMs)
      .slice(0, causesShown),
  };
}

/** A task that ran alone left no slot to others. */
function countTaken(running: readonly Execution[]): number {
  return running.reduce((sum, { slots }) => sum + slots, 0);
}

interface Execution {
  readonly task: TaskId;
  /** That it took. */
  readonly slots: number;
  readonly from: number;
  readonly to: number;
}

function toExecution({ id, startedAt, settledAt, outcome, continuous, takes }: TaskRecord): readonly Execution[] {
  if (startedAt === null || settledAt === null || continuous) return [];
  const tookMs =
    outcome?.kind === 'executed' || outcome?.kind === 'failed' ? outcome.durationMs : settledAt - startedAt;
  const slots = takes?.alone === true ? Infinity : (takes?.weight ?? 1);
  return [{ task: id, slots, from: startedAt, to: Math.min(settledAt, startedAt + tookMs) }];
}

/** Of the running tasks the one that most others wait for, directly or not. */
function findBlocker(running: readonly Execution[], dependents: ReadonlyMap<TaskId, number>): TaskId | null {
  let blocker: TaskId | null = null;
  for (const { task } of running) {
    if (blocker === null || (dependents.get(task) ?? 0) > (dependents.get(blocker) ?? 0)) blocker = task;
  }
  return blocker;
}

/** Direct dependents, and theirs; shared ones count more than once, which is good enough to choose by. */
function countDependents(tasks: readonly TaskRecord[]): ReadonlyMap<TaskId, number> {
  const byEnd = tasks.toSorted((a, b) => (b.settledAt ?? 0) - (a.settledAt ?? 0));
  const counts = new Map<TaskId, number>();
  for (const { id, dependsOn } of byEnd) {
    for (const dependency of dependsOn) {
      counts.set(dependency, (counts.get(dependency) ?? 0) + 1 + Math.min(1e6, counts.get(id) ?? 0));
    }
  }
  return counts;
}

interface Interval {
  readonly from: number;
  readonly to: number;
  readonly running: number;
  readonly durationMs: number;
}

function spread(overTime: number[], { from, to, running, durationMs }: Interval): void {
  if (durationMs === 0 || running === 0) return;
  const width = durationMs / parts;
  for (let part = Math.floor(from / width); part < parts && part * width < to; part++) {
    const overlap = Math.min(to, (part + 1) * width) - Math.max(from, part * width);
    overTime[part]! += (running * Math.max(0, overlap)) / width;
  }
}
