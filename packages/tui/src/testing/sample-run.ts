import { asDigest, asRunId, toTaskHash, type PlannedTask, type RunEvent, type TaskId } from '@larder/core';
import { createPlannedTask as planned } from '@larder/core/fixtures';
import { initialView, reduceView, type RunView } from '@larder/report';

/** Runs as events, for the tests beside the code; not exported by the package. */

export function taskId(text: string): TaskId {
  return text as TaskId;
}

export const hash = toTaskHash(asDigest('0'.repeat(32)));

export { planned };

export function started(tasks: readonly PlannedTask[]): RunEvent {
  const command = 'run-many -t build test';
  return { type: 'run-started', at: 0, runId: asRunId('1'), startedAtEpochMs: 0, command, slots: 4, tasks };
}

export function starts(id: string, at: number): RunEvent {
  return { type: 'task-started', at, task: taskId(id), attempt: 1, command: `tsc -p ${id}` };
}

export function prints(id: string, text: string, at = 1): RunEvent {
  return { type: 'task-output', at, task: taskId(id), stream: 'stdout', text, replayed: false };
}

export function settles(id: string, at: number, kind: 'executed' | 'failed' | 'restored'): RunEvent {
  const task = taskId(id);
  switch (kind) {
    case 'executed':
      return { type: 'task-settled', at, task, hash, outcome: { kind, durationMs: at, attempts: 1 } };
    case 'failed':
      return { type: 'task-settled', at, task, hash, outcome: { kind, exitCode: 2, durationMs: at, attempts: 1 } };
    case 'restored':
      return { type: 'task-settled', at, task, hash, outcome: { kind, from: 'remote', savedMs: 4000 } };
  }
}

export function finishes(at: number, exitCode: number): RunEvent {
  const tasks = { executed: 0, restoredLocal: 0, restoredRemote: 0, upToDate: 0, failed: 0, skipped: 0, cancelled: 0 };
  return { type: 'run-finished', at, exitCode, durationMs: at, tasks, cacheTroubles: 0, savedMs: 0 };
}

/** Some failed, running, waiting and done tasks. */
export function sampleRun(): readonly RunEvent[] {
  return [
    started([
      planned('core:build'),
      planned('ui:build', ['core:build']),
      planned('web:build', ['ui:build']),
      planned('web:test', ['web:build']),
      planned('api:build'),
      planned('docs:build'),
    ]),
    starts('core:build', 1),
    settles('core:build', 1200, 'executed'),
    settles('docs:build', 1300, 'restored'),
    { type: 'bytes-transferred', at: 1300, direction: 'download', sizeBytes: 1_500_000, durationMs: 10 },
    starts('api:build', 20),
    prints('api:build', 'src/api.ts:3:1 - error TS2304\n', 400),
    settles('api:build', 2000, 'failed'),
    starts('ui:build', 1400),
    prints('ui:build', 'vite v7\n\u001B[32m✓\u001B[39m 34 modules\n\u001B[2Jcolumn\ttab 日本語\nunfinished', 1500),
  ];
}

export function viewOf(events: readonly RunEvent[]): RunView {
  return events.reduce(reduceView, initialView());
}
