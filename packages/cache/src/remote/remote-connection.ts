import type { IdentitySource } from './identity-source.ts';
import { realPacing, type Pacing } from './pacing.ts';
import { Throttle } from './throttle.ts';
import { fixedToken, RenewedToken, type TokenSource } from './token-source.ts';
import { openTransport, type Transport, type TransportRequest, type TransportResponse } from './transport.ts';

export interface RemoteConnectionOptions {
  /** http or https; may hold a path prefix. */
  readonly url: string;
  readonly token: string | null;
  /** Used where there is no token; null: requests go without one. */
  readonly identity: IdentitySource | null;
  /** For an answer to begin, and for each pause within a body. */
  readonly timeoutMs: number;
  readonly connections: number;
  /** Of each direction; null: no limit. */
  readonly maxBytesPerSecond: number | null;
  /** PEM file of authorities beside those that Node trusts. */
  readonly caFileAbsolute: string | null;
  /** For proxies. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For tests. */
  readonly pacing?: Pacing;
}

/** Connections to one server, with the token that it wants in every request, whatever protocol is spoken. */
export interface RemoteConnection {
  send(request: Omit<TransportRequest, 'token'>, signal: AbortSignal): Promise<TransportResponse>;
  close(): Promise<void>;
}

/** Loads what requests need; connects with the first of them. Rejects where the certificates cannot be read. */
export async function openRemoteConnection(options: RemoteConnectionOptions): Promise<RemoteConnection> {
  const { timeoutMs, connections, caFileAbsolute, env, maxBytesPerSecond, pacing = realPacing } = options;
  const createThrottle = (): Throttle | null =>
    maxBytesPerSecond === null ? null : new Throttle(maxBytesPerSecond, pacing);
  const transport = await openTransport({
    timeoutMs,
    connections,
    caFileAbsolute,
    env,
    download: createThrottle(),
    upload: createThrottle(),
  });
  const tokens = createTokens(options, transport);
  return {
    send: async (request, signal) => await transport.send({ ...request, token: await tokens.get(signal) }, signal),
    close: () => transport.close(),
  };
}

function createTokens({ url, token, identity }: RemoteConnectionOptions, transport: Transport): TokenSource {
  if (token !== null || identity === null) return fixedToken(token);
  return new RenewedToken(async (signal) => {
    const { exchangeIdentity } = await import('./exchange-identity.ts');
    return await exchangeIdentity({ transport, url, source: identity }, signal);
  });
}
