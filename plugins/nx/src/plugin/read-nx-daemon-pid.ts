import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject } from '@larder/core';

/** The process that Nx's daemon had when it started last; null where it has none. */
export function readNxDaemonPid(dataFolder: string): number | null {
  try {
    const record: unknown = JSON.parse(readFileSync(join(dataFolder, 'd', 'server-process.json'), 'utf8'));
    const pid = isJsonObject(record) ? record['processId'] : undefined;
    return typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 0 ? pid : null;
  } catch {
    // There is none, or it is just being written by one that starts: that one reads the ignore files later.
    return null;
  }
}
