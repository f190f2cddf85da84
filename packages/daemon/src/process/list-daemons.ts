import { readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlRequest, DaemonStatus } from '../http/control.ts';
import { askDaemon } from './ask-daemon.ts';
import { daemonFolder } from './daemon-place.ts';
import { readDaemonRecord, type DaemonRecord } from './daemon-record.ts';

export interface FoundDaemon {
  readonly record: DaemonRecord;
  readonly status: DaemonStatus;
  readonly logFile: string;
}

const answerMs = 2_000;

/** Asks every daemon that this user has in the workspace; those that do not answer are left out. */
export async function askAllDaemons(
  workspaceRootAbsolute: string,
  asked: ControlRequest,
): Promise<readonly FoundDaemon[]> {
  const rootAbsolute = realpathSync.native(workspaceRootAbsolute);
  const folder = daemonFolder(rootAbsolute);
  const answers = recordNames(folder).map(async (name): Promise<FoundDaemon | null> => {
    const record = readDaemonRecord(join(folder, name), rootAbsolute);
    const status = record === null ? null : await askDaemon(record, asked, answerMs);
    if (record === null || status === null) return null;
    return { record, status, logFile: join(folder, name.replace(/json$/, 'log')) };
  });
  return (await Promise.all(answers)).filter((found) => found !== null);
}

/** Of every daemon that this user has in the workspace, those included that are gone without saying so. */
export function readDaemonRecords(workspaceRootAbsolute: string): readonly DaemonRecord[] {
  const rootAbsolute = realpathSync.native(workspaceRootAbsolute);
  const folder = daemonFolder(rootAbsolute);
  return recordNames(folder).flatMap((name) => readDaemonRecord(join(folder, name), rootAbsolute) ?? []);
}

function recordNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    // Nobody has started one here.
    return [];
  }
}
