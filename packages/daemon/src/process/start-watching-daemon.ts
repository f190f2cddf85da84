import { writeFileSync } from 'node:fs';
import { askDaemon } from './ask-daemon.ts';
import { findDaemonPlace, type DaemonPlaceOptions } from './daemon-place.ts';
import { readDaemonRecord } from './daemon-record.ts';
import { prepareFolder, spawnDaemon } from './spawn-daemon.ts';
import { releaseLock, takeLock } from './start-lock.ts';

const answerMs = 500;

/**
 * Sees to it that soon a daemon watches the workspace: asks the one that runs for these surroundings, or starts one
 * without waiting for it. Never rejects: without it, every answer is the same and only comes later.
 */
export async function startWatchingDaemon(workspaceRootAbsolute: string, options: DaemonPlaceOptions): Promise<void> {
  // Elsewhere it would not know anything.
  if (process.platform !== 'linux') return;
  try {
    const place = findDaemonPlace(workspaceRootAbsolute, options);
    const record = readDaemonRecord(place.recordFile, place.rootAbsolute);
    if (record?.version === options.version && (await askDaemon(record, { action: 'watch' }, answerMs)) !== null)
      return;
    prepareFolder(place);
    if (!takeLock(place.lockFile, Date.now())) return;
    const child = spawnDaemon(place, { env: options.env, role: 'watch' });
    // It is the one that starts, also when this process has ended.
    if (child.pid === undefined) releaseLock(place.lockFile);
    else writeFileSync(place.lockFile, String(child.pid));
  } catch {
    // A folder that nobody may write to, or no process to be had: there is no daemon then.
  }
}
