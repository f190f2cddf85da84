import { isAbsolute } from 'node:path';
import { isJsonObject } from '@larder/core';
import type { ChangesStatus } from '../changes/change-watch.ts';
import type { Lease } from '../leases.ts';
import type { Tallies } from '../tally.ts';

/** What a client of the daemon may ask of it, besides artifacts. */
export type ControlRequest =
  | {
      readonly action: 'begin';
      readonly runId: string;
      readonly pid: number;
      /** The folder in which Nx writes down what it hashed; null for runs of others. */
      readonly nxRecordsAbsolute: string | null;
    }
  /** Waits for uploads, at most `flushMs`. */
  | { readonly action: 'end'; readonly runId: string; readonly flushMs: number }
  | { readonly action: 'status' }
  /** From now on, or still: watches the workspace, to answer what changed. */
  | { readonly action: 'watch' }
  /** With `force` at once, else when no run is under way. */
  | { readonly action: 'stop'; readonly force: boolean };

/** Answers every request. */
export interface DaemonStatus {
  readonly pid: number;
  readonly version: string;
  readonly startedAtEpochMs: number;
  /** The remote server; null where none is configured. */
  readonly upstream: string | null;
  readonly uploads: boolean;
  readonly runs: readonly Lease[];
  readonly pendingUploads: number;
  readonly memoryBytes: number;
  readonly tallies: Tallies;
  /** What it knows about changes of files; null where nobody has asked it to watch. */
  readonly changes: ChangesStatus | null;
  /** In answer to `end`: what happened while the run was under way, that of runs beside it included. */
  readonly duringRun: Tallies | null;
}

export const controlPath = '/daemon/v1/control';
export const controlLimitBytes = 64 * 1024;
const longestFlushMs = 10 * 60_000;
const longestPath = 4096;

/** Null where the body is anything else. */
export function parseControlRequest(text: string): ControlRequest | null {
  const value = parseJson(text);
  if (!isJsonObject(value)) return null;
  const { action, runId, pid, flushMs, force } = value;
  if (action === 'status' || action === 'watch') return { action };
  if (action === 'stop') return { action, force: force === true };
  if (typeof runId !== 'string' || runId === '' || runId.length > 200) return null;
  if (action === 'begin' && Number.isSafeInteger(pid) && Number(pid) > 0) {
    return { action, runId, pid: Number(pid), nxRecordsAbsolute: toAbsolutePath(value['nxRecordsAbsolute']) };
  }
  const mayWait = typeof flushMs === 'number' && flushMs >= 0 && flushMs <= longestFlushMs;
  return action === 'end' && mayWait ? { action, runId, flushMs } : null;
}

function toAbsolutePath(value: unknown): string | null {
  return typeof value === 'string' && value.length <= longestPath && isAbsolute(value) ? value : null;
}

/** Null where the daemon is another version's, or no daemon at all. */
export function parseDaemonStatus(text: string): DaemonStatus | null {
  const value = parseJson(text);
  if (!isJsonObject(value) || typeof value['pid'] !== 'number' || typeof value['version'] !== 'string') return null;
  // Who wrote this has proved to hold the token of the same version.
  return value as unknown as DaemonStatus;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
