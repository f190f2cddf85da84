import { FetchAhead } from './ahead/fetch-ahead.ts';
import { ChangesEndpoint } from './changes/changes-endpoint.ts';
import { createDaemonServer } from './daemon-server.ts';
import { readDaemonSettings, type UpstreamSettings } from './daemon-settings.ts';
import { DiskEntries } from './entries/disk-entries.ts';
import { evictEntries } from './entries/evict-entries.ts';
import { MemoryEntries } from './entries/memory-entries.ts';
import { Admission } from './http/admission.ts';
import type { ControlRequest, DaemonStatus } from './http/control.ts';
import { Leases, type Lease } from './leases.ts';
import { Levels } from './levels.ts';
import { lookupMs } from './lookup-deadline.ts';
import { descriptorOf } from './process/descriptor-of.ts';
import { readDaemonRecord, writeDaemonRecord } from './process/daemon-record.ts';
import { isAlive } from './process/is-alive.ts';
import { listen } from './process/listen.ts';
import { RunAccounts } from './run-accounts.ts';
import { Tally, type Tallies } from './tally.ts';
import { openUpstream, urlOf } from './upstream/open-upstream.ts';

export interface RunDaemonOptions {
  readonly rootAbsolute: string;
  readonly recordFile: string;
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly token: string;
  /** Known from a daemon that died. */
  readonly leases: readonly Lease[];
  /** A descriptor that listens already, or null for a free port of loopback. */
  readonly listenFd: number | null;
  /** Whether it watches the workspace from the start, or only when somebody asks for that. */
  readonly watches: boolean;
  /** For what users need not read. */
  readonly log: (text: string) => void;
  readonly onLeases: (leases: readonly Lease[]) => void;
  /** Somebody asked it to watch. */
  readonly onWatch: () => void;
  /** Called once, when nobody needs the daemon any more or it was told to stop. */
  readonly onDone: () => void;
}

export interface RunningDaemon {
  /** For a process that stands by; null where the platform has none. */
  readonly listeningFd: number | null;
  close(): void;
}

const memoryOptions = { maxBytes: 64 * 1024 ** 2, maxEntryBytes: 2 * 1024 ** 2 };
const maxArtifactBytes = 4 * 1024 ** 3;
const defaultIdleSeconds = 15 * 60;
const checkEveryMs = 2_000;
const evictEveryMs = 10 * 60_000;

/** Serves until it is idle or told to stop; writes the record by which clients find it. */
export async function runDaemon(options: RunDaemonOptions): Promise<RunningDaemon> {
  const { rootAbsolute, recordFile, version, env, token } = options;
  const settings = readDaemonSettings(rootAbsolute, env);
  const tally = new Tally();
  const levels = new Levels({
    memory: new MemoryEntries(memoryOptions),
    disk: new DiskEntries({ folderAbsolute: settings.ownFolder, maxArtifactBytes }),
    upstream: openUpstream(settings.upstream),
    uploads: settings.uploads,
    tally,
  });
  const ahead = startFetchAhead(levels, settings.upstream, options.log);
  const leases = new Leases(isAlive, options.leases);
  const changes = new ChangesEndpoint({ rootAbsolute, version, onQuestion: () => (usedAt = Date.now()) });
  const watch = async (): Promise<void> => {
    options.onWatch();
    await changes.start().catch((error: unknown) => tally.trouble('watcher', error));
  };
  const startedAtEpochMs = Date.now();
  const idleMs = idleMsOf(env);
  let usedAt = Date.now();
  let isStopping = false;

  const describe = (duringRun: Tallies | null): DaemonStatus => ({
    duringRun,
    pid: process.pid,
    version,
    startedAtEpochMs,
    upstream: urlOf(settings.upstream),
    uploads: settings.uploads,
    runs: leases.list(Date.now()),
    pendingUploads: levels.pendingUploads,
    memoryBytes: process.memoryUsage.rss(),
    tallies: tally.read(),
    changes: changes.status(),
  });
  const runs = new RunAccounts({ leases, levels, tally, ahead });
  const control = async (request: ControlRequest): Promise<DaemonStatus> => {
    const duringRun = await runs.take(request);
    if (request.action === 'watch') await watch();
    if (request.action === 'stop') isStopping = true;
    if (request.action === 'stop' && request.force) setImmediate(finish);
    const status = describe(duringRun);
    options.onLeases(status.runs);
    return status;
  };

  const server = createDaemonServer({
    levels,
    token,
    admission: new Admission(token, leases),
    lookupMs,
    onTrouble: (error) => tally.trouble('disk', error),
    control,
    onRequest: () => (usedAt = Date.now()),
  });
  const port = await listen(server, options.listenFd);
  writeDaemonRecord(recordFile, { v: 1, pid: process.pid, port, token, version, rootAbsolute });
  const evict = (): void =>
    void evictEntries(settings.entriesFolder, {
      maxBytes: settings.maxDiskBytes,
      maxAgeMs: settings.maxAgeMs,
      nowEpochMs: Date.now(),
    }).catch((error: unknown) => (isMissing(error) ? undefined : tally.trouble('disk', error)));
  const evicting = setInterval(evict, evictEveryMs);
  const watching = setInterval(() => {
    const living = leases.list(Date.now());
    ahead?.keep(new Set(living.map(({ runId }) => runId)));
    const isBusy = living.length > 0 || levels.pendingUploads > 0;
    // Replaced or deleted together with its workspace: nobody can find it any more.
    const isForgotten = readDaemonRecord(recordFile, rootAbsolute)?.token !== token;
    const isIdle = Date.now() - usedAt > (isForgotten || isStopping ? checkEveryMs : idleMs);
    if (isIdle && !isBusy) finish();
  }, checkEveryMs);
  evict();
  if (options.watches) await watch();

  let isDone = false;
  function finish(): void {
    if (isDone) return;
    isDone = true;
    options.onDone();
  }
  return {
    listeningFd: descriptorOf(server),
    close: () => {
      clearInterval(evicting);
      clearInterval(watching);
      levels.close();
      changes.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Null where there is no server to fetch from. */
function startFetchAhead(levels: Levels, upstream: UpstreamSettings, log: (text: string) => void): FetchAhead | null {
  if (upstream.kind !== 'server' || upstream.mustBeSigned) return null;
  const ahead = new FetchAhead({
    levels,
    connections: upstream.options.connections,
    now: () => performance.now(),
    log,
  });
  levels.observe(ahead);
  return ahead;
}

function idleMsOf(env: Readonly<Record<string, string | undefined>>): number {
  const seconds = Number(env['LARDER_DAEMON_IDLE_SECONDS'] ?? '');
  return (Number.isFinite(seconds) && seconds > 0 ? seconds : defaultIdleSeconds) * 1000;
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
