import type { TokenGrant } from '@larder/protocol';
import { parseCredentials } from './credentials.ts';
import { refuse, type Identity, type Refusal } from './identity.ts';
import type { IdentifyByOidc } from './oidc/identify-by-oidc.ts';
import { isJwt } from './oidc/verify-token.ts';
import { formatSignedToken } from './signed-token.ts';
import { mintTokenId, type RandomBytes } from './token.ts';

export interface ExchangeOptions {
  readonly identifyByOidc: IdentifyByOidc;
  readonly signingKey: Uint8Array;
  /** How long the tokens live that are given out. */
  readonly lifetimeMs: number;
  readonly epochMs: () => number;
  readonly randomBytes: RandomBytes;
}

export type Exchanged =
  | { readonly kind: 'granted'; readonly grant: TokenGrant; readonly identity: Identity; readonly tokenId: string }
  | Refusal;

/** Gives a short-lived token of this server for the token of a CI system, which lives for minutes only. */
export type ExchangeToken = (authorization: string | undefined) => Promise<Exchanged>;

export function createExchangeToken(options: ExchangeOptions): ExchangeToken {
  const { identifyByOidc, signingKey, lifetimeMs, epochMs, randomBytes } = options;
  return async (authorization) => {
    if (authorization === undefined) return refuse('no-credentials');
    const token = parseCredentials(authorization);
    if (token === null || !isJwt(token)) return refuse('malformed-credentials');
    const found = await identifyByOidc(token);
    if (found.kind === 'refused') return found;
    const { identity } = found;
    const { scope, access } = identity;
    const id = mintTokenId(randomBytes);
    const expiresAtEpochMs = epochMs() + lifetimeMs;
    const signed = formatSignedToken({ id, scope, access, expiresAtEpochMs, subject: identity.id }, signingKey);
    return { kind: 'granted', grant: { token: signed, expiresAtEpochMs, scope, access }, identity, tokenId: id };
  };
}
