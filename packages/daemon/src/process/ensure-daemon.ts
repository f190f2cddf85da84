import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { ControlRequest, DaemonStatus } from '../http/control.ts';
import { askDaemon } from './ask-daemon.ts';
import { findDaemonPlace, type DaemonPlace } from './daemon-place.ts';
import { readDaemonRecord, type DaemonRecord } from './daemon-record.ts';
import { prepareFolder, spawnDaemon } from './spawn-daemon.ts';
import { releaseLock, takeLock } from './start-lock.ts';

export interface EnsureDaemonOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** Null: no run uses it yet. */
  readonly runId: string | null;
  /** The process whose life bounds that of the run. */
  readonly pid: number;
  /** The folder in which Nx writes down what it hashed; null for runs of others. */
  readonly nxRecordsAbsolute: string | null;
  /** For everything: to find a daemon, or to start one. */
  readonly deadlineMs: number;
}

export type EnsuredDaemon =
  | {
      readonly kind: 'ready';
      readonly place: DaemonPlace;
      readonly record: DaemonRecord;
      readonly url: string;
      readonly started: boolean;
      readonly status: DaemonStatus;
    }
  | { readonly kind: 'failed'; readonly detail: string };

/** A daemon that answers; a busy machine needs more than the usual millisecond. */
const answerMs = 1_000;
const pollMs = 15;

/** Finds the daemon for these surroundings, or starts it; registers the run with it. Never rejects. */
export async function ensureDaemon(rootAbsolute: string, options: EnsureDaemonOptions): Promise<EnsuredDaemon> {
  try {
    const place = findDaemonPlace(rootAbsolute, options);
    return (await greet(place, options, false)) ?? (await startOnce(place, options));
  } catch (error) {
    return { kind: 'failed', detail: error instanceof Error ? error.message : String(error) };
  }
}

async function greet(
  place: DaemonPlace,
  options: EnsureDaemonOptions,
  started: boolean,
): Promise<EnsuredDaemon | null> {
  const record = readDaemonRecord(place.recordFile, place.rootAbsolute);
  if (record === null || record.version !== options.version) return null;
  const { runId, pid, nxRecordsAbsolute } = options;
  const asked: ControlRequest =
    runId === null ? { action: 'status' } : { action: 'begin', runId, pid, nxRecordsAbsolute };
  const status = await askDaemon(record, asked, answerMs);
  if (status === null) return null;
  return { kind: 'ready', place, record, url: `http://127.0.0.1:${record.port}`, started, status };
}

/** Two runs that begin at once start one daemon: the one that has the lock; the other waits for its record. */
async function startOnce(place: DaemonPlace, options: EnsureDaemonOptions): Promise<EnsuredDaemon> {
  prepareFolder(place);
  const endsAt = performance.now() + options.deadlineMs;
  while (performance.now() < endsAt) {
    if (takeLock(place.lockFile, Date.now())) {
      try {
        return (await greet(place, options, false)) ?? (await start(place, options, endsAt));
      } finally {
        releaseLock(place.lockFile);
      }
    }
    await delay(pollMs);
    const ready = await greet(place, options, false);
    if (ready !== null) return ready;
  }
  return { kind: 'failed', detail: `it did not start within ${options.deadlineMs} ms` };
}

async function start(place: DaemonPlace, options: EnsureDaemonOptions, endsAt: number): Promise<EnsuredDaemon> {
  const child = spawnDaemon(place, { env: options.env, role: 'serve' });
  const signal = AbortSignal.timeout(Math.max(1, Math.round(endsAt - performance.now())));
  try {
    // Whichever comes first: the message that it listens, or its end.
    await Promise.race([
      once(child, 'message', { signal }),
      once(child, 'exit', { signal }).then(([code]) =>
        Promise.reject(new Error(`it ended with ${String(code)}; see ${place.logFile}`)),
      ),
    ]);
  } catch (error) {
    child.kill('SIGKILL');
    const detail = signal.aborted ? `it did not start within ${options.deadlineMs} ms` : (error as Error).message;
    return { kind: 'failed', detail };
  } finally {
    if (child.connected) child.disconnect();
  }
  return (await greet(place, options, true)) ?? { kind: 'failed', detail: 'it started and does not answer' };
}
