import type { CacheLookupResult, RunEvent, TaskOutcome } from '@larder/core';

/** A new version only where a field goes away or changes its meaning; fields and types may be added. */
const ndjsonVersion = 1;

/** One line of the machine-readable output, described in `docs/ndjson.md`. */
export type NdjsonLine = { readonly v: 1; readonly type: RunEvent['type'] } & Readonly<Record<string, unknown>>;

/**
 * Copies field by field, so that the public format changes only when this file does, whatever
 * happens to the events.
 */
export function toNdjson(event: RunEvent): NdjsonLine {
  const { type, at } = event;
  const head = { v: ndjsonVersion, type } as const;
  switch (type) {
    case 'run-started': {
      const { runId, startedAtEpochMs, command, slots } = event;
      return { ...head, at, runId, startedAtEpochMs, command, slots, tasks: event.tasks.map(toPlannedTask) };
    }
    case 'task-hashed':
      return { ...head, at, task: event.task, hash: event.hash, durationMs: event.durationMs };
    case 'task-looked-up':
      return { ...head, at, task: event.task, result: toLookup(event.result), durationMs: event.durationMs };
    case 'task-started':
      return { ...head, at, task: event.task, attempt: event.attempt, command: event.command };
    case 'task-output':
      return { ...head, at, task: event.task, stream: event.stream, text: event.text, replayed: event.replayed };
    case 'task-ready':
      return { ...head, at, task: event.task };
    case 'task-retried':
      return { ...head, at, task: event.task, attempt: event.attempt, exitCode: event.exitCode };
    case 'tasks-reopened':
      return { ...head, at, tasks: [...event.tasks] };
    case 'usage-sampled': {
      const { cores, loadAverage, freeMemoryBytes } = event.machine;
      const machine = { cores, loadAverage, freeMemoryBytes };
      return { ...head, at, busyCores: event.busyCores, residentBytes: event.residentBytes, machine };
    }
    case 'task-settled':
      return { ...head, task: event.task, hash: event.hash, outcome: toOutcome(event.outcome), ...toUsage(event), at };
    case 'artifact-stored':
      return { ...head, at, task: event.task, where: event.where, sizeBytes: event.sizeBytes };
    case 'bytes-transferred': {
      const { direction, sizeBytes, durationMs } = event;
      return { ...head, at, direction, sizeBytes, durationMs };
    }
    case 'upload-skipped': {
      const { task, sizeBytes, executionMs, transferMs } = event;
      return { ...head, at, task, sizeBytes, executionMs, transferMs };
    }
    case 'cache-trouble':
      return { ...head, at, code: event.code, task: event.task, detail: event.detail };
    case 'run-finished':
      return { ...head, ...toEnd(event), at };
  }
}

function toPlannedTask(task: Extract<RunEvent, { type: 'run-started' }>['tasks'][number]): object {
  const { id, project, target, requested, cacheable, continuous, dependsOn, expectedMs } = task;
  return { id, project, target, requested, cacheable, continuous, dependsOn, expectedMs };
}

function toLookup(result: CacheLookupResult): object {
  switch (result.kind) {
    case 'hit':
      return { kind: result.kind, where: result.where };
    case 'miss':
    case 'uncacheable':
      return { kind: result.kind, reason: result.reason };
  }
}

function toOutcome(outcome: TaskOutcome): object {
  const { kind } = outcome;
  switch (kind) {
    case 'executed':
      return { kind, durationMs: outcome.durationMs, attempts: outcome.attempts };
    case 'restored':
      return { kind, from: outcome.from, savedMs: outcome.savedMs };
    case 'up-to-date':
      return { kind, savedMs: outcome.savedMs };
    case 'failed': {
      const { exitCode, durationMs, attempts, detail, notRetried } = outcome;
      const reasons = {
        ...(detail === undefined ? {} : { detail }),
        ...(notRetried === undefined ? {} : { notRetried }),
      };
      return { kind, exitCode, durationMs, attempts, ...reasons };
    }
    case 'skipped':
      return { kind, failedDependency: outcome.failedDependency };
    case 'cancelled':
      return { kind };
  }
}

/** Nothing where no process ran. */
function toUsage({ usage }: Extract<RunEvent, { type: 'task-settled' }>): object {
  return usage === undefined ? {} : { cpuMs: usage.cpuMs, peakMemoryBytes: usage.peakMemoryBytes };
}

function toEnd(event: Extract<RunEvent, { type: 'run-finished' }>): object {
  const { executed, restoredLocal, restoredRemote, upToDate, failed, skipped, cancelled } = event.tasks;
  return {
    exitCode: event.exitCode,
    durationMs: event.durationMs,
    tasks: { executed, restoredLocal, restoredRemote, upToDate, failed, skipped, cancelled },
    cacheTroubles: event.cacheTroubles,
    savedMs: event.savedMs,
  };
}
