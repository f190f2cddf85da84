import * as v from 'valibot';

/** What a server gives for the token of a CI system. */
export interface TokenGrant {
  /** Sent as `authorization: Bearer <token>` from then on. A secret. */
  readonly token: string;
  readonly expiresAtEpochMs: number;
  /** For messages only: the server holds what counts. */
  readonly scope: string;
  readonly access: 'read' | 'write';
}

/** No grant needs more. */
export const tokenGrantLimitBytes = 16 * 1024;

const grant = v.object({
  token: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,4096}$/)),
  expiresAtEpochMs: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  scope: v.pipe(v.string(), v.maxLength(512)),
  access: v.picklist(['read', 'write']),
});

export function formatTokenGrant(given: TokenGrant): string {
  const { token, expiresAtEpochMs, scope, access } = given;
  return JSON.stringify({ token, expiresAtEpochMs, scope, access });
}

/** Null where the body is anything else. */
export function parseTokenGrant(body: unknown): TokenGrant | null {
  const parsed = v.safeParse(grant, body);
  return parsed.success ? parsed.output : null;
}
