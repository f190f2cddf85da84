import { join } from 'node:path';
import { isJsonObject, parseTaskHash, type TaskHash, type TaskId } from '@larder/core';
import { readJsonFile } from './read-json-file.ts';
import { listRunRecords } from './write-run-record.ts';

/** What the newest record that knows a task says about it. */
export interface LastTaskRun {
  readonly runId: string;
  readonly startedAtEpochMs: number;
  readonly hash: TaskHash;
  /** The outcome's kind: `executed`, `restored` … */
  readonly outcome: string;
  readonly reason: string | null;
}

/** Looks through the records, newest first; null where none has a hash of the task. Broken records are passed over. */
export function findLastTaskRecord(directoryAbsolute: string, task: TaskId): LastTaskRun | null {
  for (const name of listRunRecords(directoryAbsolute)) {
    const found = parseTaskRun(readJsonFile(join(directoryAbsolute, name)), task);
    if (found !== null) return found;
  }
  return null;
}

function parseTaskRun(content: unknown, task: TaskId): LastTaskRun | null {
  const record = asObject(content);
  if (record === null || record['v'] !== 1 || !Array.isArray(record['tasks'])) return null;
  const found = asObject(record['tasks'].find((entry: unknown) => asObject(entry)?.['id'] === task));
  const hash = typeof found?.['hash'] === 'string' ? parseTaskHash(found['hash']) : null;
  if (found === null || hash === null) return null;
  return {
    runId: asText(record['runId']) ?? '',
    startedAtEpochMs: Number(record['startedAtEpochMs']) || 0,
    hash,
    outcome: asText(asObject(found['outcome'])?.['kind']) ?? 'unknown',
    reason: asText(found['reason']),
  };
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | null {
  return isJsonObject(value) ? value : null;
}

function asText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
