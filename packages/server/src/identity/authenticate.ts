import { parseCredentials } from './credentials.ts';
import { anonymousId, refuse, type Identification, type Identify, type Identity } from './identity.ts';
import type { IdentifyByOidc } from './oidc/identify-by-oidc.ts';
import { isJwt } from './oidc/verify-token.ts';
import { createRecordReader } from './read-record.ts';
import { mainScope, scopeOfTenant } from './scope.ts';
import { identityOf, isSignedToken, parseSignedToken } from './signed-token.ts';
import { createProof, parseToken, type TokenParts } from './token.ts';
import { isExchangedTokenRevoked } from './token-files.ts';
import type { TokenRecord } from './token-record.ts';
import { createUseNotes } from './token-uses.ts';

/** How callers are told apart. `none` trusts everyone who can connect, with the rights of `main`. */
export type AuthMode =
  | { readonly kind: 'none' }
  /** `anonymousRead`: who brings no credentials at all may read `main`. */
  | { readonly kind: 'tokens'; readonly anonymousRead: boolean };

export interface AuthenticateOptions {
  readonly mode: AuthMode;
  readonly storageDirectory: string;
  readonly epochMs: () => number;
  /** Null: tokens of CI systems are not taken. */
  readonly ci: { readonly identifyByOidc: IdentifyByOidc; readonly signingKey: Uint8Array } | null;
}

const everyone: Identity = { id: 'no-auth', tenant: null, scope: mainScope, access: 'write' };
const anonymous: Identity = { id: anonymousId, tenant: null, scope: mainScope, access: 'read' };

/**
 * Identifies callers by the server's own tokens, by those that it gave in exchange for a CI system's, and by those
 * themselves. Tokens that are made or revoked while the server runs count from the next request on: each request
 * asks the file system whether the token's record has changed.
 */
export function createIdentify(options: AuthenticateOptions): Identify {
  const { mode, ci } = options;
  if (mode.kind === 'none') return async () => ({ kind: 'identified', identity: everyone });
  const identifyByRecord = createIdentifyByRecord(options);
  return async (authorization) => {
    if (authorization === undefined) {
      return mode.anonymousRead ? { kind: 'identified', identity: anonymous } : refuse('no-credentials');
    }
    const credentials = parseCredentials(authorization) ?? '';
    const token = parseToken(credentials);
    if (token !== null) return await identifyByRecord(token);
    if (ci !== null && isSignedToken(credentials))
      return await identifyBySignature(credentials, options, ci.signingKey);
    if (ci !== null && isJwt(credentials)) return await ci.identifyByOidc(credentials);
    return refuse('malformed-credentials');
  };
}

function createIdentifyByRecord(options: AuthenticateOptions): (token: TokenParts) => Promise<Identification> {
  const readRecord = createRecordReader(options.storageDirectory);
  const noteUse = createUseNotes(options.storageDirectory);
  const proves = createProof();
  return async (token) => {
    const record = await readRecord(token.id);
    if (record === null || !proves(token.secret, record)) return refuse('unknown-token');
    const now = options.epochMs();
    const judged = judgeRecord(record, now);
    if (judged.kind === 'identified') noteUse(record.id, now);
    return judged;
  };
}

function judgeRecord(record: TokenRecord, nowEpochMs: number): Identification {
  const { id, tenant, access } = record;
  if (record.revokedAtEpochMs !== null) return refuse('revoked', id);
  if (record.expiresAtEpochMs !== null && record.expiresAtEpochMs <= nowEpochMs) return refuse('expired', id);
  return { kind: 'identified', identity: { id, tenant, scope: scopeOfTenant(tenant, record.scope), access } };
}

async function identifyBySignature(
  credentials: string,
  { storageDirectory, epochMs }: AuthenticateOptions,
  signingKey: Uint8Array,
): Promise<Identification> {
  const token = parseSignedToken(credentials, signingKey);
  if (token === null) return refuse('unknown-token');
  if (token.expiresAtEpochMs <= epochMs()) return refuse('expired', token.id);
  if (await isExchangedTokenRevoked(storageDirectory, token.id)) return refuse('revoked', token.id);
  return { kind: 'identified', identity: identityOf(token) };
}
