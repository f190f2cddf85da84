import { createHash } from 'node:crypto';
import { refuse, type Identity, type Refusal } from '../identity.ts';
import { splitScope } from '../scope.ts';
import { judgeClaims } from './judge-claims.ts';
import type { OidcIssuer } from './oidc-rules.ts';
import { createVerifyToken } from './verify-token.ts';

export type OidcIdentification =
  | { readonly kind: 'identified'; readonly identity: Identity; readonly expiresAtEpochMs: number }
  | Refusal;

/** Identifies the bearer of a CI system's token by the rules. */
export type IdentifyByOidc = (token: string) => Promise<OidcIdentification>;

const identitiesKept = 1000;
/** A rule that is withdrawn with a restart, or a key that is withdrawn by the issuer, counts after this time. */
const keptForMs = 5 * 60_000;

/** What was verified once is believed for five minutes, so that a job's many requests cost one verification. */
export function createIdentifyByOidc(issuers: readonly OidcIssuer[], epochMs: () => number): IdentifyByOidc {
  const verify = createVerifyToken(issuers, epochMs);
  const kept = new Map<string, { readonly result: OidcIdentification; readonly untilEpochMs: number }>();
  return async (token) => {
    const digest = createHash('sha256').update(token).digest('base64');
    const before = kept.get(digest);
    const now = epochMs();
    if (before !== undefined && now < before.untilEpochMs && before.untilEpochMs - now <= keptForMs)
      return before.result;
    const result = judge(await verify(token));
    if (result.kind === 'identified') {
      if (kept.size >= identitiesKept) kept.clear();
      kept.set(digest, { result, untilEpochMs: Math.min(result.expiresAtEpochMs, now + keptForMs) });
    }
    return result;
  };
}

function judge(verified: Awaited<ReturnType<ReturnType<typeof createVerifyToken>>>): OidcIdentification {
  switch (verified.kind) {
    case 'expired':
      return refuse('expired');
    case 'untrusted':
      return refuse('untrusted-token', null, verified.detail);
    case 'unreachable':
      return refuse('issuer-unreachable', null, verified.detail);
    case 'verified': {
      const { issuer, claims, expiresAtEpochMs } = verified;
      const subject = `oidc:${(claims.sub ?? '').slice(0, 200)}`;
      const grant = judgeClaims(issuer, claims);
      if (grant === null) return refuse('no-rule', null, subject);
      const { scope, access } = grant;
      const identity: Identity = { id: subject, tenant: splitScope(scope).tenant, scope, access };
      return { kind: 'identified', identity, expiresAtEpochMs };
    }
  }
}
