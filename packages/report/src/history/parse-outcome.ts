import type { TaskId, TaskOutcome } from '@larder/core';
import { parseObject } from './parse-object.ts';

/** The outcome as `recordRun` wrote it; null of anything else, for the file may be anybody's. */
export function parseOutcome(text: unknown): TaskOutcome | null {
  const value = parseObject(text);
  if (value === null) return null;
  const { kind } = value;
  switch (kind) {
    case 'executed':
      return { kind, durationMs: toNumber(value['durationMs']), attempts: toNumber(value['attempts']) };
    case 'restored':
      return { kind, from: value['from'] === 'remote' ? 'remote' : 'local', savedMs: toNumber(value['savedMs']) };
    case 'up-to-date':
      return { kind, savedMs: toNumber(value['savedMs']) };
    case 'failed': {
      const detail = typeof value['detail'] === 'string' ? { detail: value['detail'] } : {};
      const times = { durationMs: toNumber(value['durationMs']), attempts: toNumber(value['attempts']) };
      const notRetried = typeof value['notRetried'] === 'string' ? { notRetried: value['notRetried'] } : {};
      return { kind, exitCode: toNumber(value['exitCode']), ...times, ...detail, ...notRetried };
    }
    case 'skipped':
      return { kind, failedDependency: String(value['failedDependency']) as TaskId };
    case 'cancelled':
      return { kind };
    default:
      return null;
  }
}

function toNumber(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}
