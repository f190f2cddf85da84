import { askDaemon, findDaemonPlace, readDaemonRecord, type DaemonStatus } from '@larder/daemon';
import { runIdOf, type NxRunContext } from './nx-context.ts';
import { version } from './version.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** A machine of CI is gone after the run: what was built is uploaded before. Elsewhere the daemon lives on. */
const ciFlushMs = 60_000;
const answerMs = 2_000;

/** Tells the daemon that the run is over; null where there is none any more. */
export async function leaveDaemon(context: NxRunContext, env: Env): Promise<DaemonStatus | null> {
  const place = findDaemonPlace(context.workspaceRoot, { env, version });
  const record = readDaemonRecord(place.recordFile, place.rootAbsolute);
  if (record === null) return null;
  const flushMs = isCi(env) ? ciFlushMs : 0;
  return await askDaemon(record, { action: 'end', runId: runIdOf(context), flushMs }, flushMs + answerMs);
}

function isCi({ CI: value }: Env): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}
