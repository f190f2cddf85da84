import type { Scope } from './scope.ts';

/** `write` includes reading. */
export type Access = 'read' | 'write';

/** Who is calling, as this server has verified it. */
export interface Identity {
  /** Names the credential in the audit log; no secret. */
  readonly id: string;
  readonly scope: Scope;
  readonly access: Access;
}

export type RefusalReason = 'no-credentials' | 'malformed-credentials' | 'unknown-token' | 'expired' | 'revoked';

export type Identification =
  | { readonly kind: 'identified'; readonly identity: Identity }
  /** `id` is set where the credential is one that this server once made. */
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly id: string | null };

/** Decides from the `authorization` header alone. Rejects only when the storage cannot be read. */
export type Identify = (authorization: string | undefined) => Promise<Identification>;
