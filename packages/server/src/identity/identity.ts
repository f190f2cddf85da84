import type { Scope, Tenant } from './scope.ts';

/** `write` includes reading. */
export type Access = 'read' | 'write';

/** Who is calling, as this server has verified it. */
export interface Identity {
  /** Names the credential in the audit log; no secret. */
  readonly id: string;
  readonly tenant: Tenant | null;
  /** With its tenant, as `scopeOfTenant` writes it. */
  readonly scope: Scope;
  readonly access: Access;
}

/** The id of who brings no credentials, where that is allowed. */
export const anonymousId = 'anonymous';

export type RefusalReason =
  | 'no-credentials'
  | 'malformed-credentials'
  | 'unknown-token'
  | 'expired'
  | 'revoked'
  /** The token of a CI system is not from a trusted issuer, not for this server, or not signed as it should be. */
  | 'untrusted-token'
  /** The token of a CI system is genuine, and no rule gives it a scope. */
  | 'no-rule'
  /** The keys of a CI system's issuer cannot be had at the moment. */
  | 'issuer-unreachable'
  | 'too-many-requests';

export interface Refusal {
  readonly kind: 'refused';
  readonly reason: RefusalReason;
  /** Where the credential is one that this server once made: its id. */
  readonly id: string | null;
  /** What the log tells and the caller does not get to know. */
  readonly detail?: string;
}

export type Identification = { readonly kind: 'identified'; readonly identity: Identity } | Refusal;

/** Decides from the `authorization` header alone. Rejects only when the storage cannot be read. */
export type Identify = (authorization: string | undefined) => Promise<Identification>;

export function refuse(reason: RefusalReason, id: string | null = null, detail?: string): Refusal {
  return { kind: 'refused', reason, id, ...(detail === undefined ? {} : { detail }) };
}
