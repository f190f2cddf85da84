import {
  asRunId,
  toTaskHash,
  asDigest,
  type PlannedTask,
  type RunEvent,
  type TaskHash,
  type TaskId,
} from '@larder/core';
import { createPlannedTask as planned } from '@larder/core/fixtures';
import { buildRunRecord, type RunRecord } from '../records/run-record.ts';
import { initialView } from '../view/own-view.ts';
import { reduceView } from '../view/reduce-view.ts';

/** Runs as events, for the tests beside the code; not exported by the package. */

export function taskId(text: string): TaskId {
  return text as TaskId;
}

export function hashOf(seed: string): TaskHash {
  return toTaskHash(asDigest(Buffer.from(seed).toString('hex').padEnd(32, '0').slice(0, 32)));
}

export { planned };

export function started(tasks: readonly PlannedTask[]): RunEvent {
  const runId = asRunId('2026-01-02T03-04-05-678Z-1');
  const command = 'run-many -t build test';
  return { type: 'run-started', at: 0, runId, startedAtEpochMs: 1_767_323_045_678, command, slots: 2, tasks };
}

export function output(id: string, text: string, changes: { at?: number; replayed?: boolean } = {}): RunEvent {
  const { at = 10, replayed = false } = changes;
  return { type: 'task-output', at, task: taskId(id), stream: 'stdout', text, replayed };
}

export function executes(id: string, from: number, to: number, text = ''): RunEvent[] {
  const task = taskId(id);
  const hash = hashOf(id);
  const result = { kind: 'miss', reason: 'src/index.ts changed' } as const;
  return [
    { type: 'task-hashed', at: from, task, hash, durationMs: 1 },
    { type: 'task-looked-up', at: from, task, result, durationMs: 2 },
    { type: 'task-started', at: from, task, attempt: 1, command: `tsc -p ${id}` },
    ...(text === '' ? [] : [output(id, text, { at: from })]),
    { type: 'task-settled', at: to, task, hash, outcome: { kind: 'executed', durationMs: to - from, attempts: 1 } },
  ];
}

/** The same, with what the processes took. */
export function usesMemory(id: string, from: number, to: number, peakMemoryBytes: number): RunEvent[] {
  const usage = { cpuMs: 2 * (to - from), peakMemoryBytes };
  return executes(id, from, to).map((event) => (event.type === 'task-settled' ? { ...event, usage } : event));
}

export function restores(id: string, at: number, where: 'local' | 'remote', text = ''): RunEvent[] {
  const task = taskId(id);
  const hash = hashOf(id);
  return [
    { type: 'task-hashed', at, task, hash, durationMs: 1 },
    { type: 'task-looked-up', at, task, result: { kind: 'hit', where }, durationMs: 2 },
    ...(text === '' ? [] : [output(id, text, { at, replayed: true })]),
    { type: 'task-settled', at: at + 5, task, hash, outcome: { kind: 'restored', from: where, savedMs: 4000 } },
  ];
}

/** Nine tasks: executed, restored from both caches, up to date, failed, skipped and cancelled ones, and troubles. */
export function recordedRun(): readonly RunEvent[] {
  const web = taskId('web:build');
  const trouble = {
    type: 'cache-trouble',
    code: 'remote-unreachable',
    detail: 'connect ECONNREFUSED 127.0.0.1:9',
  } as const;
  return [
    started([
      planned('core:build'),
      planned('ui:build', ['core:build']),
      planned('web:build', ['ui:build', 'core:build']),
      planned('web:test', ['web:build']),
      planned('api:build', ['core:build']),
      planned('api:test', ['api:build']),
      planned('docs:build'),
      planned('docs:lint', [], { cacheable: false }),
      planned('e2e:test'),
    ]),
    ...restores('docs:build', 2, 'local', 'built the docs\n'),
    ...restores('api:build', 12, 'remote', 'built the api\n'),
    { type: 'bytes-transferred', at: 15, direction: 'download', sizeBytes: 1_234_567, durationMs: 10 },
    { ...trouble, at: 16, task: web },
    { ...trouble, at: 17, task: null },
    ...executes('core:build', 5, 1205, 'compiling core\n\u001B[32mdone\u001B[39m\u001B[2J\n'),
    ...executes('ui:build', 1210, 3210, 'compiling ui'),
    { type: 'task-hashed', at: 3211, task: web, hash: hashOf('web'), durationMs: 1 },
    { type: 'task-looked-up', at: 3212, task: web, result: { kind: 'miss', reason: null }, durationMs: 1 },
    { type: 'task-started', at: 3213, task: web, attempt: 1, command: 'vite build' },
    output('web:build', 'vite v7\nsrc/main.ts:3:1 error: no such', { at: 3300 }),
    output('web:build', ' module\n', { at: 3310 }),
    {
      type: 'task-settled',
      at: 4213,
      task: web,
      hash: hashOf('web'),
      outcome: { kind: 'failed', exitCode: 2, durationMs: 1000, attempts: 1 },
    },
    {
      type: 'task-settled',
      at: 4213,
      task: taskId('web:test'),
      hash: null,
      outcome: { kind: 'skipped', failedDependency: web },
    },
    {
      type: 'task-settled',
      at: 4300,
      task: taskId('api:test'),
      hash: hashOf('api'),
      outcome: { kind: 'up-to-date', savedMs: 2500 },
    },
    {
      type: 'task-settled',
      at: 4400,
      task: taskId('docs:lint'),
      hash: null,
      outcome: { kind: 'executed', durationMs: 90, attempts: 2 },
    },
    { type: 'task-settled', at: 4500, task: taskId('e2e:test'), hash: null, outcome: { kind: 'cancelled' } },
    {
      type: 'run-finished',
      at: 4600,
      exitCode: 1,
      durationMs: 4600,
      tasks: { executed: 3, restoredLocal: 1, restoredRemote: 1, upToDate: 1, failed: 1, skipped: 1, cancelled: 1 },
      cacheTroubles: 2,
      savedMs: 10_500,
    },
  ];
}

/** The record of `recordedRun`. */
export function recordOf(events: readonly RunEvent[] = recordedRun()): RunRecord {
  const record = buildRunRecord(events.reduce(reduceView, initialView()), { head: 'abc', branch: 'main', dirty: true });
  if (record === null) throw new Error('the run has started');
  return record;
}
