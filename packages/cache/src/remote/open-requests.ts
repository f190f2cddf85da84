import { openRemoteConnection } from './remote-connection.ts';
import { RemoteRequests } from './remote-requests.ts';
import type { RemoteStoreOptions } from './remote-store.ts';
import type { TransferRates } from './transfer-rates.ts';

const gibibyte = 1024 ** 3;

/** Loads what requests need. Rejects where the certificates cannot be read. */
export async function openRequests(options: RemoteStoreOptions, rates: TransferRates): Promise<RemoteRequests> {
  const { url, token, timeoutMs, pacing, maxArtifactBytes = 4 * gibibyte } = options;
  const connection = await openRemoteConnection({
    url,
    token,
    identity: options.identity ?? null,
    timeoutMs,
    connections: options.connections ?? 16,
    maxBytesPerSecond: options.maxBytesPerSecond ?? null,
    caFileAbsolute: options.caFileAbsolute ?? null,
    env: options.env ?? {},
    ...(pacing === undefined ? {} : { pacing }),
  });
  return new RemoteRequests({ connection, rates, url, maxArtifactBytes });
}
