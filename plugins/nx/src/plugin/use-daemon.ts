import { ensureDaemon, runTokenOf, shellTokenOf, spawnRelay, startRelay, type EnsuredDaemon } from '@larder/daemon';
import { makeStateFolder } from './state-folder.ts';
import { findNxRecords } from './find-nx-records.ts';
import { isNamed, runIdOf, type NxRunContext } from './nx-context.ts';
import { findHostPid, lastsAsLongAsRun } from './nx-host.ts';
import { version } from './version.ts';

type Env = Record<string, string | undefined>;
type Variables = Readonly<Record<string, string>>;
type ReadyDaemon = Extract<EnsuredDaemon, { readonly kind: 'ready' }>;

/** A cold start takes a third of a second; on a machine that is this busy, Nx does better without. */
const deadlineMs = 5_000;
const serverName = 'NX_SELF_HOSTED_REMOTE_CACHE_SERVER';
const tokenName = 'NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN';
/** What was set here, so that a later run in the same process tells it from what a person has set. */
const ownName = 'LARDER_NX_CACHE_SERVER';
/** Nx carries over what is set, and not what is deleted. */
const nothing: Variables = { [ownName]: '', [serverName]: '', [tokenName]: '' };

export interface DaemonUse {
  /** For the run that begins. */
  readonly variables: Variables;
  /** Why the run goes on without; null where all is well. */
  readonly trouble: string | null;
}

/**
 * Registers the run that begins with this workspace's daemon, and says how it finds that. A server of the user's own choice
 * wins. Where there is no daemon, nothing may be left that points at one that is gone.
 */
export async function useDaemon(context: NxRunContext, env: Env): Promise<DaemonUse> {
  const server = env[serverName] ?? '';
  if (server !== '' && server !== env[ownName]) return { variables: {}, trouble: null };
  makeStateFolder(context.workspaceRoot);
  const nxRecordsAbsolute = findNxRecords(context.workspaceRoot, env);
  const options = { env, version, runId: runIdOf(context), pid: findHostPid(), nxRecordsAbsolute, deadlineMs };
  const daemon = await ensureDaemon(context.workspaceRoot, options);
  if (daemon.kind === 'failed') return { variables: server === '' ? {} : nothing, trouble: daemon.detail };
  const url = lastsAsLongAsRun(context.workspaceRoot, env) ? await relayTo(daemon, env) : daemon.url;
  const token = tokenFor(context, daemon.record.token);
  return { variables: { [ownName]: url, [serverName]: url, [tokenName]: token }, trouble: null };
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

/** For a run that asks no cache: what an earlier one in the same process was pointed at may be gone. */
export function pointNowhere(env: Env): Variables {
  const server = env[serverName] ?? '';
  return server !== '' && server === env[ownName] ? nothing : {};
}

/** The run is over: whatever this process serves is not used any more. */
export function leaveRelay({ workspaceRoot }: NxRunContext, env: Env): void {
  if (env[serverName] === env[ownName] && lastsAsLongAsRun(workspaceRoot, env)) Object.assign(env, nothing);
}

/** Good for this run alone, where it has a name of its own. */
function tokenFor(context: NxRunContext, daemonToken: string): string {
  return isNamed(context) ? runTokenOf(daemonToken, runIdOf(context)) : shellTokenOf(daemonToken);
}
