import { createHmac, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';
import type { Access, Identity } from './identity.ts';
import { parseScope, splitScope, type Scope } from './scope.ts';
import { isTokenId } from './token.ts';

/**
 * A short-lived token that carries its rights: `lrs_<payload>.<HMAC-SHA256>`, both base64url, the payload JSON. Every
 * server with the same key understands it without a file of its own; only its revocation is looked up, by its id.
 */
export interface SignedToken {
  /** 12 hex digits. */
  readonly id: string;
  readonly scope: Scope;
  readonly access: Access;
  readonly expiresAtEpochMs: number;
  /** Who asked for it, such as `repo:acme/web:ref:refs/heads/main`; for the log. */
  readonly subject: string;
}

const tokenSyntax = /^lrs_([A-Za-z0-9_-]{1,3000})\.([A-Za-z0-9_-]{43})$/;

const schema = v.object({
  id: v.pipe(v.string(), v.check(isTokenId)),
  scope: v.custom<Scope>((value) => typeof value === 'string' && parseScope(value) !== null),
  access: v.picklist(['read', 'write']),
  expiresAtEpochMs: v.pipe(v.number(), v.safeInteger()),
  subject: v.string(),
});

/** At least 256 bits, or the signature proves nothing. */
export const signingKeyBytes = 32;

export function formatSignedToken(token: SignedToken, key: Uint8Array): string {
  const payload = Buffer.from(JSON.stringify(token), 'utf8').toString('base64url');
  return `lrs_${payload}.${sign(payload, key).toString('base64url')}`;
}

/** Null where the text is no such token, or signed with another key. Says nothing about expiry. */
export function parseSignedToken(text: string, key: Uint8Array): SignedToken | null {
  const [, payload, signature] = tokenSyntax.exec(text) ?? [];
  if (payload === undefined || signature === undefined) return null;
  const expected = sign(payload, key);
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const parsed = v.safeParse(schema, JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  return parsed.success ? parsed.output : null;
}

export function isSignedToken(text: string): boolean {
  return text.startsWith('lrs_');
}

export function identityOf({ id, scope, access }: SignedToken): Identity {
  return { id, tenant: splitScope(scope).tenant, scope, access };
}

function sign(payload: string, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update(`larder-token-v1:${payload}`).digest();
}
