import type { RunTotals, TaskOutcome } from '@larder/core';
import type { RunRecord, TaskRecord } from '@larder/report';

/** The run with what its batches know of their tasks in the place of what Nx knows of those. */
export function addRunParts(record: RunRecord, parts: readonly RunRecord[]): RunRecord {
  if (parts.length === 0) return record;
  const known = new Map(
    parts.flatMap((part) => shiftTasks(part, record.startedAtEpochMs)).map((task) => [task.id, task]),
  );
  const tasks = record.tasks.map((task) => known.get(task.id) ?? task);
  const sum = (count: (part: RunRecord) => number): number => parts.reduce((total, part) => total + count(part), 0);
  return {
    ...record,
    slots: Math.max(record.slots, ...parts.map(({ slots }) => slots)),
    git: parts.find(({ git }) => git.head !== null)?.git ?? record.git,
    downloadedBytes: record.downloadedBytes + sum(({ downloadedBytes }) => downloadedBytes),
    uploadedBytes: record.uploadedBytes + sum(({ uploadedBytes }) => uploadedBytes),
    savedMs: tasks.reduce((total, { outcome }) => total + savedMsOf(outcome), 0),
    totals: countTotals(tasks),
    tasks,
  };
}

/** From the start of the part to that of the run. */
function shiftTasks({ tasks, startedAtEpochMs }: RunRecord, toEpochMs: number): readonly TaskRecord[] {
  const byMs = startedAtEpochMs - toEpochMs;
  const shift = (at: number | null): number | null => (at === null ? null : Math.max(0, at + byMs));
  return tasks.map((task) => ({
    ...task,
    activeAt: shift(task.activeAt),
    startedAt: shift(task.startedAt),
    settledAt: shift(task.settledAt),
  }));
}

export function savedMsOf(outcome: TaskOutcome | null): number {
  return outcome?.kind === 'restored' || outcome?.kind === 'up-to-date' ? outcome.savedMs : 0;
}

export function countTotals(tasks: readonly TaskRecord[]): RunTotals {
  const count = (test: (outcome: TaskOutcome) => boolean): number =>
    tasks.filter(({ outcome }) => outcome !== null && test(outcome)).length;
  return {
    executed: count(({ kind }) => kind === 'executed'),
    restoredLocal: count((outcome) => outcome.kind === 'restored' && outcome.from === 'local'),
    restoredRemote: count((outcome) => outcome.kind === 'restored' && outcome.from === 'remote'),
    upToDate: count(({ kind }) => kind === 'up-to-date'),
    failed: count(({ kind }) => kind === 'failed'),
    skipped: count(({ kind }) => kind === 'skipped'),
    cancelled: count(({ kind }) => kind === 'cancelled'),
  };
}
