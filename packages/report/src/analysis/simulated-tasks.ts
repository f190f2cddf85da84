import type { RunRecord, TaskRecord } from '../records/run-record.ts';
import { medianOf } from '../statistics/median.ts';
import type { SimulatedTask } from './simulate-run.ts';

/** Where a run has restored nothing, a restore is taken to cost this. */
const assumedRestoreMs = 10;

/** The tasks of a run that did something, with what each cost. */
export function toSimulatedTasks(record: RunRecord): readonly SimulatedTask[] {
  return record.tasks.flatMap((task) => {
    const work = toWork(task);
    const lookupMs = (task.hashMs ?? 0) + (task.lookupMs ?? 0);
    const takes = task.takes === undefined ? {} : { takes: task.takes };
    return work === null ? [] : [{ id: task.id, dependsOn: task.dependsOn, lookupMs, work, ...takes }];
  });
}

function toWork(task: TaskRecord): SimulatedTask['work'] | null {
  const { outcome, startedAt, settledAt } = task;
  if (task.continuous) return { kind: 'serve' };
  switch (outcome?.kind) {
    case 'executed':
    case 'failed': {
      const storeMs = Math.max(0, (settledAt ?? 0) - (startedAt ?? 0) - outcome.durationMs);
      return { kind: 'execute', executeMs: outcome.durationMs, storeMs, failed: outcome.kind === 'failed' };
    }
    case 'restored':
    case 'up-to-date':
      return { kind: 'restore', restoreMs: measureRestore(task) };
    case 'skipped':
    case 'cancelled':
    case undefined:
      return null;
  }
}

function measureRestore({ activeAt, settledAt, hashMs, lookupMs }: TaskRecord): number {
  return Math.max(0, (settledAt ?? 0) - (activeAt ?? 0) - (hashMs ?? 0) - (lookupMs ?? 0));
}

/** The same tasks, each cacheable one restored. */
export function asPerfectlyCached(record: RunRecord, tasks: readonly SimulatedTask[]): readonly SimulatedTask[] {
  const cacheable = new Set(record.tasks.filter((task) => task.cacheable).map(({ id }) => id));
  const restores = tasks.flatMap(({ work }) => (work.kind === 'restore' ? [work.restoreMs] : []));
  const restoreMs = restores.length === 0 ? assumedRestoreMs : medianOf(restores);
  return tasks.map((task) =>
    task.work.kind === 'execute' && cacheable.has(task.id) ? { ...task, work: { kind: 'restore', restoreMs } } : task,
  );
}

/** The same tasks, one of them so many times as fast. */
export function withFasterTask(tasks: readonly SimulatedTask[], id: string, factor: number): readonly SimulatedTask[] {
  return tasks.map((task) =>
    task.id === id && task.work.kind === 'execute'
      ? { ...task, work: { ...task.work, executeMs: task.work.executeMs / factor } }
      : task,
  );
}

/** The same tasks, one of them cut into two halves that can run at the same time. */
export function withSplitTask(tasks: readonly SimulatedTask[], id: string): readonly SimulatedTask[] {
  const half = `${id} (second half)` as SimulatedTask['id'];
  return withFasterTask(tasks, id, 2).flatMap((task) => {
    const dependsOn = task.dependsOn.some((each) => each === id) ? [...task.dependsOn, half] : task.dependsOn;
    return task.id === id ? [task, { ...task, id: half }] : [{ ...task, dependsOn }];
  });
}
