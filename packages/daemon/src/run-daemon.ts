import { FetchAhead } from './ahead/fetch-ahead.ts';
import { ChangesEndpoint } from './changes/changes-endpoint.ts';
import { createDaemonServer } from './daemon-server.ts';
import { readDaemonSettings, type DaemonSettings, type UpstreamSettings } from './daemon-settings.ts';
import { DiskEntries } from './entries/disk-entries.ts';
import { evictEntries } from './entries/evict-entries.ts';
import { MemoryEntries } from './entries/memory-entries.ts';
import { Admission } from './http/admission.ts';
import type { ControlRequest, DaemonStatus } from './http/control.ts';
import { Leases, type Lease } from './leases.ts';
import { Levels } from './levels.ts';
import { checkEveryMs, Lifetime } from './lifetime.ts';
import { lookupMs } from './lookup-deadline.ts';
import { descriptorOf } from './process/descriptor-of.ts';
import { readDaemonRecord, writeDaemonRecord } from './process/daemon-record.ts';
import { isAlive } from './process/is-alive.ts';
import { listen } from './process/listen.ts';
import { RunAccounts } from './run-accounts.ts';
import { Tally } from './tally.ts';
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
const evictEveryMs = 10 * 60_000;

/** Serves until it is idle or told to stop; writes the record by which clients find it. */
export async function runDaemon(options: RunDaemonOptions): Promise<RunningDaemon> {
  const { rootAbsolute, recordFile, version, token } = options;
  const parts = openParts(options);
  const { settings, tally, levels, ahead, leases, changes, lifetime } = parts;
  const server = createDaemonServer({
    levels,
    token,
    admission: new Admission(token, leases),
    lookupMs,
    onTrouble: (error) => tally.trouble('disk', error),
    control: createControl(options, parts),
    onRequest: () => lifetime.use(),
  });
  const port = await listen(server, options.listenFd);
  writeDaemonRecord(recordFile, { v: 1, pid: process.pid, port, token, version, rootAbsolute });
  const evicting = setInterval(() => evict(settings, tally), evictEveryMs);
  const watching = setInterval(() => {
    const living = leases.list(Date.now());
    ahead?.keep(new Set(living.map(({ runId }) => runId)));
    lifetime.look({
      isBusy: living.length > 0 || levels.pendingUploads > 0,
      isForgotten: readDaemonRecord(recordFile, rootAbsolute)?.token !== token,
    });
  }, checkEveryMs);
  evict(settings, tally);
  if (options.watches) await watch(options, parts);
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

type DaemonParts = ReturnType<typeof openParts>;

function openParts({ rootAbsolute, version, env, log, leases, onDone }: RunDaemonOptions) {
  const settings = readDaemonSettings(rootAbsolute, env);
  const tally = new Tally();
  const levels = new Levels({
    memory: new MemoryEntries(memoryOptions),
    disk: new DiskEntries({ folderAbsolute: settings.ownFolder, maxArtifactBytes }),
    upstream: openUpstream(settings.upstream),
    uploads: settings.uploads,
    tally,
  });
  const lifetime = new Lifetime({ idleMs: idleMsOf(env), onDone });
  return {
    settings,
    tally,
    levels,
    ahead: startFetchAhead(levels, settings.upstream, log),
    leases: new Leases(isAlive, leases),
    lifetime,
    changes: new ChangesEndpoint({ rootAbsolute, version, onQuestion: () => lifetime.use() }),
  };
}

/** Does what clients ask for, and says how things stand then. */
function createControl(
  options: RunDaemonOptions,
  parts: DaemonParts,
): (request: ControlRequest) => Promise<DaemonStatus> {
  const { settings, tally, levels, leases, changes, lifetime } = parts;
  const startedAtEpochMs = Date.now();
  const runs = new RunAccounts(parts);
  return async (request) => {
    const duringRun = await runs.take(request);
    if (request.action === 'watch') await watch(options, parts);
    if (request.action === 'stop') lifetime.stop(request);
    const living = leases.list(Date.now());
    options.onLeases(living);
    return {
      duringRun,
      pid: process.pid,
      version: options.version,
      startedAtEpochMs,
      upstream: urlOf(settings.upstream),
      uploads: settings.uploads,
      runs: living,
      pendingUploads: levels.pendingUploads,
      memoryBytes: process.memoryUsage.rss(),
      tallies: tally.read(),
      changes: changes.status(),
    };
  };
}

async function watch({ onWatch }: RunDaemonOptions, { changes, tally }: DaemonParts): Promise<void> {
  onWatch();
  await changes.start().catch((error: unknown) => tally.trouble('watcher', error));
}

function evict({ entriesFolder, maxDiskBytes, maxAgeMs }: DaemonSettings, tally: Tally): void {
  evictEntries(entriesFolder, { maxBytes: maxDiskBytes, maxAgeMs, nowEpochMs: Date.now() }).catch((error: unknown) => {
    if (!isMissing(error)) tally.trouble('disk', error);
  });
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
