import { realPacing } from './pacing.ts';
import { RemoteRequests } from './remote-requests.ts';
import type { RemoteStoreOptions } from './remote-store.ts';
import { Throttle } from './throttle.ts';
import { fixedToken, RenewedToken, type TokenSource } from './token-source.ts';
import type { TransferRates } from './transfer-rates.ts';
import { openTransport } from './transport.ts';

const gibibyte = 1024 ** 3;

/** Loads what requests need. Rejects where the certificates cannot be read. */
export async function openRequests(options: RemoteStoreOptions, rates: TransferRates): Promise<RemoteRequests> {
  const { url, token, identity = null, timeoutMs, pacing = realPacing } = options;
  const { connections = 16, maxArtifactBytes = 4 * gibibyte, maxBytesPerSecond = null } = options;
  const createThrottle = (): Throttle | null =>
    maxBytesPerSecond === null ? null : new Throttle(maxBytesPerSecond, pacing);
  const [protocol, transport, { exchangeIdentity }] = await Promise.all([
    import('@larder/protocol'),
    openTransport({
      timeoutMs,
      connections,
      caFileAbsolute: options.caFileAbsolute ?? null,
      env: options.env ?? {},
      download: createThrottle(),
      upload: createThrottle(),
    }),
    import('./exchange-identity.ts'),
  ]);
  const tokens: TokenSource =
    token !== null || identity === null
      ? fixedToken(token)
      : new RenewedToken((signal) => exchangeIdentity({ protocol, transport, url, source: identity }, signal));
  return new RemoteRequests({ protocol, transport, tokens, rates, url, maxArtifactBytes });
}
