import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** An issuer on loopback that publishes real keys and signs real tokens. Development only. */
export interface TestIssuer extends AsyncDisposable {
  readonly url: string;
  /** Good for five minutes unless the claims say otherwise. */
  sign(
    claims: Readonly<Record<string, unknown>>,
    options?: { readonly audience?: string; readonly issuer?: string },
  ): Promise<string>;
  /** As `sign`, with a key that nobody publishes under the name of one that is. */
  forge(claims: Readonly<Record<string, unknown>>): Promise<string>;
  /** How often the keys were asked for. */
  keyRequests(): number;
}

export const testAudience = 'https://cache.example';

export async function startIssuer(): Promise<TestIssuer> {
  const [pair, foreign] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]);
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'one', use: 'sig', alg: 'RS256' };
  let keyRequests = 0;
  const server = createServer((_, response) => {
    keyRequests += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const signWith = async (
    key: CryptoKey,
    claims: Readonly<Record<string, unknown>>,
    options: { audience?: string; issuer?: string } = {},
  ) =>
    await new SignJWT({
      iss: options.issuer ?? url,
      aud: options.audience ?? testAudience,
      exp: Math.floor(Date.now() / 1000) + 300,
      ...claims,
    })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setIssuedAt()
      .sign(key);
  return {
    url,
    sign: (claims, options) => signWith(pair.privateKey, claims, options),
    forge: (claims) => signWith(foreign.privateKey, claims),
    keyRequests: () => keyRequests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
