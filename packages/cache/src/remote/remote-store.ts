import type { ArtifactStore, DebugLog, TaskHash } from '@larder/core';
import type { ReportedTask } from '@larder/protocol';
import { closableBody } from '../store/body.ts';
import { readDownload, type Download } from './download.ts';
import type { IdentitySource } from './identity-source.ts';
import { realPacing, type Pacing } from './pacing.ts';
import type { RemoteRequests } from './remote-requests.ts';
import { RemoteSession } from './remote-session.ts';
import { TransferRates } from './transfer-rates.ts';

export interface RemoteStoreOptions {
  /** http or https; may hold a path prefix. */
  readonly url: string;
  readonly token: string | null;
  /** Used where there is no token; null: requests go without one. */
  readonly identity?: IdentitySource | null;
  /** For an answer to begin, and for each pause within a body. */
  readonly timeoutMs: number;
  readonly log: DebugLog;
  /** 16 unless given. */
  readonly connections?: number;
  /** Of each direction; unlimited unless given. */
  readonly maxBytesPerSecond?: number | null;
  readonly caFileAbsolute?: string | null;
  /** For proxies; none unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Larger artifacts are neither read nor written; 4 GiB unless given. */
  readonly maxArtifactBytes?: number;
  /** For tests. */
  readonly pacing?: Pacing;
}

/** What a store on the other side of a network can do beside the rest. */
export interface RemoteStore extends ArtifactStore {
  /** Sizes of those of the hashes that exist. Null where the server cannot tell about many at once. */
  lookUp(hashes: readonly TaskHash[], signal: AbortSignal): Promise<ReadonlyMap<TaskHash, number> | null>;
  /**
   * Tells the server what the run made of the cache, for its statistics, once and for two seconds at most. Does
   * nothing where this run has asked the server for nothing. Never rejects: nobody depends on it.
   */
  report(tasks: readonly ReportedTask[]): Promise<void>;
  /** By what was measured; null before anything was. */
  estimateTransferMs(sizeBytes: number): number | null;
}

const reportWithinMs = 2000;
const maxAttempts = 3;
const failureThreshold = 3;

/**
 * Artifacts on a server that speaks Larder's protocol. Nothing is loaded or connected before the first
 * call. After several failures in a row, or one that no request can survive, every further call rejects
 * at once with `remote-circuit-open`.
 */
export function createRemoteStore(options: RemoteStoreOptions): RemoteStore {
  const { pacing = realPacing, log } = options;
  const session = new RemoteSession({ maxAttempts, failureThreshold, pacing, log });
  const rates = new TransferRates();
  let opening: Promise<RemoteRequests> | null = null;

  async function open(): Promise<RemoteRequests> {
    const { openRequests } = await import('./open-requests.ts');
    return openRequests(options, rates);
  }

  function connect(): Promise<RemoteRequests> {
    opening ??= open();
    return opening;
  }

  return {
    name: 'remote',
    head: (hash, signal) => session.run('read', signal, async () => (await connect()).head(hash, signal)),
    read: async (hash, signal) => {
      const ask = (fromBytes: number): Promise<Download | null> =>
        session.run('read', signal, async () => (await connect()).get(hash, { fromBytes, signal }));
      const first = await ask(0);
      if (first === null) return null;
      const body = readDownload(first, { session, signal, reopen: ask });
      const close = async (): Promise<void> => void (await first.body[Symbol.asyncIterator]().return?.());
      return { sizeBytes: first.sizeBytes, body: closableBody(body, close) };
    },
    write: (hash, artifact, signal) =>
      session.run('write', signal, async () => (await connect()).put(hash, artifact, signal)),
    lookUp: (hashes, signal) => session.run('read', signal, async () => (await connect()).lookUp(hashes, signal)),
    estimateTransferMs: (sizeBytes) => rates.estimateMs(sizeBytes),
    report: async (tasks) => {
      const requests = await opening?.catch(() => null);
      if (!requests || tasks.length === 0) return;
      try {
        session.refuseIfOpen('read');
        await requests.report(tasks, AbortSignal.timeout(reportWithinMs));
      } catch (error) {
        log(`the run report was not taken: ${String(error)}`);
      }
    },
    close: async () => {
      // What could not be opened was reported by the call that tried.
      const requests = await opening?.catch(() => null);
      await requests?.close();
    },
  };
}
