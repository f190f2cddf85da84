import type { ArtifactStore, DebugLog } from '@larder/core';
import { closableBody } from '../store/body.ts';
import { readDownload, type Download } from './download.ts';
import { realPacing, type Pacing } from './pacing.ts';
import { RemoteRequests } from './remote-requests.ts';
import { RemoteSession } from './remote-session.ts';
import { openTransport } from './transport.ts';

export interface RemoteStoreOptions {
  /** http or https; may hold a path prefix. */
  readonly url: string;
  readonly token: string | null;
  /** For an answer to begin, and for each pause within a body. */
  readonly timeoutMs: number;
  readonly log: DebugLog;
  /** 16 unless given. */
  readonly connections?: number;
  /** Larger artifacts are neither read nor written; 4 GiB unless given. */
  readonly maxArtifactBytes?: number;
  /** For tests. */
  readonly pacing?: Pacing;
}

const gibibyte = 1024 ** 3;
const maxAttempts = 3;
const failureThreshold = 3;

/**
 * Artifacts on a server that speaks Larder's protocol. Nothing is loaded or connected before the first
 * call. After several failures in a row, or one that no request can survive, every further call rejects
 * at once with `remote-circuit-open`.
 */
export function createRemoteStore(options: RemoteStoreOptions): ArtifactStore {
  const { pacing = realPacing, log } = options;
  const session = new RemoteSession({ maxAttempts, failureThreshold, pacing, log });
  let opening: Promise<RemoteRequests> | null = null;

  function connect(): Promise<RemoteRequests> {
    opening ??= openRequests(options);
    return opening;
  }

  return {
    name: 'remote',
    head: (hash, signal) => session.run('read', signal, async () => (await connect()).head(hash, signal)),
    read: async (hash, signal) => {
      const ask = (): Promise<Download | null> =>
        session.run('read', signal, async () => (await connect()).get(hash, signal));
      const first = await ask();
      if (first === null) return null;
      const body = readDownload(first, { session, signal, reopen: ask });
      const close = async (): Promise<void> => void (await first.body[Symbol.asyncIterator]().return?.());
      return { sizeBytes: first.sizeBytes, body: closableBody(body, close) };
    },
    write: (hash, artifact, signal) =>
      session.run('write', signal, async () => (await connect()).put(hash, artifact, signal)),
    close: async () => {
      // What could not be opened was reported by the call that tried.
      const requests = await opening?.catch(() => null);
      await requests?.close();
    },
  };
}

async function openRequests(options: RemoteStoreOptions): Promise<RemoteRequests> {
  const { url, token, timeoutMs, connections = 16, maxArtifactBytes = 4 * gibibyte } = options;
  const [protocol, transport] = await Promise.all([
    import('@larder/protocol'),
    openTransport({ url, token, timeoutMs, connections }),
  ]);
  return new RemoteRequests({ protocol, transport, url, maxArtifactBytes });
}
