import { createHash } from 'node:crypto';
import { StoreError } from '@larder/core';
import type { RemoteSession } from './remote-session.ts';

/** A body that has begun to come. */
export interface Download {
  /** Of the whole. */
  readonly sizeBytes: number;
  /** Where the body begins, within the whole. */
  readonly fromBytes: number;
  /** Of the body, as the server announced it; null where it did not. */
  readonly sha256: string | null;
  readonly body: AsyncIterable<Uint8Array>;
}

export interface DownloadContext {
  readonly session: RemoteSession;
  readonly signal: AbortSignal;
  /**
   * Asks for the same body again, if possible from that byte on; entries are immutable. Null where it is gone meanwhile.
   */
  readonly reopen: (fromBytes: number) => Promise<Download | null>;
}

/**
 * The bytes of a download, each once, even where the connection breaks and the body has to be asked for
 * again. Throws a `StoreError` where they are not as many as announced or do not have the announced digest.
 */
export async function* readDownload(first: Download, context: DownloadContext): AsyncGenerator<Uint8Array> {
  const { session, signal } = context;
  const digest = createHash('sha256');
  let deliveredBytes = 0;
  let download = first;
  for (let attempts = 1; ; attempts += 1) {
    try {
      for await (const chunk of skipBytes(download, deliveredBytes)) {
        deliveredBytes += chunk.byteLength;
        digest.update(chunk);
        yield chunk;
      }
      break;
    } catch (error) {
      await session.recover('read', error, { attempts, signal });
    }
    download = await reopenSame(first, deliveredBytes, context);
  }
  if (first.sha256 !== null && digest.digest('hex') !== first.sha256) {
    throw new StoreError('remote-invalid-artifact', 'the body does not have the digest that the server announced');
  }
}

/** Counts against the announced size, so that neither an endless nor a short body is taken for a whole one. */
async function* skipBytes({ body, sizeBytes, fromBytes }: Download, skippedBytes: number): AsyncGenerator<Uint8Array> {
  let position = fromBytes;
  for await (const chunk of body) {
    const fresh = chunk.subarray(Math.max(0, skippedBytes - position));
    position += chunk.byteLength;
    if (position > sizeBytes) throw new StoreError('remote-error', 'the body is longer than announced');
    if (fresh.byteLength > 0) yield fresh;
  }
  if (position < sizeBytes) throw new StoreError('remote-error', 'the body is shorter than announced');
}

async function reopenSame(first: Download, fromBytes: number, { reopen }: DownloadContext): Promise<Download> {
  const again = await reopen(fromBytes);
  const isSame = again?.sizeBytes === first.sizeBytes && again.sha256 === first.sha256;
  if (isSame && again.fromBytes <= fromBytes) return again;
  await again?.body[Symbol.asyncIterator]().return?.();
  throw new StoreError('remote-error', 'the artifact changed while it was read');
}
