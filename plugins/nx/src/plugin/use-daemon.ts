import { ensureDaemon, runTokenOf, shellTokenOf, spawnRelay, startRelay, type EnsuredDaemon } from '@larder/daemon';
import { makeStateFolder } from './state-folder.ts';
import { findNxRecords } from './find-nx-records.ts';
import { isNamed, runIdOf, type NxRunContext } from './nx-context.ts';
import { findHostPid, lastsAsLongAsRun } from './nx-host.ts';
import { version } from './version.ts';

type Env = Record<string, string | undefined>;
type ReadyDaemon = Extract<EnsuredDaemon, { readonly kind: 'ready' }>;

/** A cold start takes a third of a second; on a machine that is this busy, Nx does better without. */
const deadlineMs = 5_000;
const serverName = 'NX_SELF_HOSTED_REMOTE_CACHE_SERVER';
const tokenName = 'NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN';
/** What was set here, so that a later run in the same process tells it from what a person has set. */
const ownName = 'LARDER_NX_CACHE_SERVER';

/**
 * Points the run that begins at this workspace's daemon. A server of the user's own choice wins. Null where all is
 * well, else why the run goes on without; then nothing may be left that points at a daemon that is gone.
 */
export async function useDaemon(context: NxRunContext, env: Env): Promise<string | null> {
  const server = env[serverName] ?? '';
  if (server !== '' && server !== env[ownName]) return null;
  makeStateFolder(context.workspaceRoot);
  const nxRecordsAbsolute = findNxRecords(context.workspaceRoot, env);
  const options = { env, version, runId: runIdOf(context), pid: findHostPid(), nxRecordsAbsolute, deadlineMs };
  const daemon = await ensureDaemon(context.workspaceRoot, options);
  if (daemon.kind === 'failed') {
    if (server !== '') forget(env);
    return daemon.detail;
  }
  const url = lastsAsLongAsRun(context.workspaceRoot, env) ? await relayTo(daemon, env) : daemon.url;
  env[ownName] = url;
  env[serverName] = url;
  env[tokenName] = tokenFor(context, daemon.record.token);
  return null;
}

/**
 * This process asks the daemon in nx's place: when that is killed while nx waits for an answer, nx gets one all the same.
 * Should nx end this process before the run, another one goes on.
 */
async function relayTo({ place, record }: ReadyDaemon, env: Env): Promise<string> {
  const { url, listeningFd } = await startRelay(record, null);
  const pid = findHostPid();
  process.once('exit', () => {
    const isUsed = env[serverName] === url && process.ppid === pid;
    if (isUsed && listeningFd !== null) spawnRelay(place, { listeningFd, pid });
  });
  return url;
}

/** The run is over: whatever this process serves is not used any more. */
export function leaveRelay({ workspaceRoot }: NxRunContext, env: Env): void {
  if (env[serverName] === env[ownName] && lastsAsLongAsRun(workspaceRoot, env)) forget(env);
}

/** Good for this run alone, where it has a name of its own. */
function tokenFor(context: NxRunContext, daemonToken: string): string {
  return isNamed(context) ? runTokenOf(daemonToken, runIdOf(context)) : shellTokenOf(daemonToken);
}

/** Nx carries over what is set, and not what is deleted. */
function forget(env: Env): void {
  env[ownName] = '';
  env[serverName] = '';
  env[tokenName] = '';
}
