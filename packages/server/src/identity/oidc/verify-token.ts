import type * as jose from 'jose';
import type { JWTVerifyGetKey, JWTPayload } from 'jose';
import type { OidcIssuer } from './oidc-rules.ts';

export type Verified =
  | {
      readonly kind: 'verified';
      readonly issuer: OidcIssuer;
      readonly claims: JWTPayload;
      readonly expiresAtEpochMs: number;
    }
  | { readonly kind: 'untrusted'; readonly detail: string }
  | { readonly kind: 'expired' }
  | { readonly kind: 'unreachable'; readonly detail: string };

/** Verifies the token of a CI system. Never rejects for what is wrong with a token. */
export type VerifyToken = (token: string) => Promise<Verified>;

const jwtSyntax = /^[A-Za-z0-9_-]{2,8000}\.[A-Za-z0-9_-]{2,8000}\.[A-Za-z0-9_-]{2,2000}$/;

export function isJwt(text: string): boolean {
  return jwtSyntax.test(text);
}

/** Asymmetric ones alone: with a shared secret, whoever verifies could sign. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'EdDSA'];

const clockToleranceSeconds = 30;
const fetchTimeoutMs = 5_000;
/** Unknown key ids cannot make the server ask the issuer more often. */
const fetchEveryMs = 30_000;
const keysKeptMs = 10 * 60_000;
const keysLimitBytes = 512 * 1024;

/**
 * Checks signature, issuer, audience and time. The keys of an issuer are fetched when they are first needed, kept for
 * ten minutes, and asked for again at most every thirty seconds. `jose` is loaded with the first token.
 */
export function createVerifyToken(issuers: readonly OidcIssuer[], epochMs: () => number): VerifyToken {
  const byName = new Map(issuers.map((issuer) => [issuer.issuer, issuer]));
  const keys = new Map<string, JWTVerifyGetKey>();
  return async (token) => {
    const library = await import('jose');
    const issuer = byName.get(readIssuer(library.decodeJwt, token) ?? '');
    if (issuer === undefined) return { kind: 'untrusted', detail: 'the issuer is not among the rules' };
    const keysOfIssuer = keys.get(issuer.issuer) ?? createKeys(library, issuer);
    keys.set(issuer.issuer, keysOfIssuer);
    try {
      const { payload } = await library.jwtVerify(token, keysOfIssuer, {
        algorithms,
        issuer: issuer.issuer,
        audience: issuer.audience,
        clockTolerance: clockToleranceSeconds,
        currentDate: new Date(epochMs()),
        requiredClaims: ['exp'],
      });
      return { kind: 'verified', issuer, claims: payload, expiresAtEpochMs: (payload.exp ?? 0) * 1000 };
    } catch (error) {
      return describeFailure(library, error);
    }
  };
}

type Jose = typeof jose;

function createKeys(library: Jose, { jwksUri }: OidcIssuer): JWTVerifyGetKey {
  return library.createRemoteJWKSet(new URL(jwksUri), {
    timeoutDuration: fetchTimeoutMs,
    cooldownDuration: fetchEveryMs,
    cacheMaxAge: keysKeptMs,
    [library.customFetch]: fetchBounded,
  });
}

/** An issuer's answer is from outside like any other: no redirects, and no more than it needs. */
async function fetchBounded(url: string, options: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...options, redirect: 'error' });
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body ?? []) {
    sizeBytes += chunk.length;
    if (sizeBytes > keysLimitBytes) throw new Error(`${url} answers with more than ${keysLimitBytes} bytes`);
    chunks.push(chunk);
  }
  return new Response(Buffer.concat(chunks), { status: response.status, headers: response.headers });
}

/** Not verified yet: it only chooses the keys that the token is verified with. */
function readIssuer(decode: Jose['decodeJwt'], token: string): string | null {
  try {
    return decode(token).iss ?? null;
  } catch {
    return null;
  }
}

function describeFailure({ errors }: Jose, error: unknown): Verified {
  if (error instanceof errors.JWTExpired) return { kind: 'expired' };
  const detail = error instanceof Error ? error.message : String(error);
  const isTheirs = error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout);
  // jose reports an answer other than 200 as a plain JOSEError.
  const isFetch = error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC';
  return isTheirs && !isFetch ? { kind: 'untrusted', detail } : { kind: 'unreachable', detail };
}
