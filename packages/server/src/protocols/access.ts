import type { Exchange } from '../http/exchange.ts';
import type { Identity, RefusalReason } from '../identity/identity.ts';
import type { ScopedEntries } from '../scoped-entries.ts';
import type { Namespace } from '../storage/storage.ts';
import type { ProtocolContext } from './protocol.ts';

export type Access =
  | { readonly kind: 'granted'; readonly identity: Identity; readonly entries: ScopedEntries }
  | { readonly kind: 'refused'; readonly reason: RefusalReason };

/** Finds out who is calling, and opens what this caller may see. Refusals are recorded. */
export async function requestAccess(
  context: ProtocolContext,
  exchange: Exchange,
  namespace: Namespace,
): Promise<Access> {
  const { method, path, from } = exchange;
  const found = await context.identify(exchange.request.headers.authorization);
  if (found.kind === 'identified') {
    const { identity } = found;
    return { kind: 'granted', identity, entries: context.openEntries(identity, from, namespace) };
  }
  context.record({ type: 'access-refused', reason: found.reason, token: found.id, from, method, path });
  return { kind: 'refused', reason: found.reason };
}

/** For people; tells nothing that the caller did not know. */
export function describeRefusal(reason: RefusalReason): string {
  switch (reason) {
    case 'no-credentials':
      return 'This cache needs a token.';
    case 'malformed-credentials':
      return 'The authorization header must be "Bearer <token>" with a token of this server.';
    case 'unknown-token':
      return 'This server does not know the token.';
    case 'expired':
      return 'The token has expired.';
    case 'revoked':
      return 'The token has been revoked.';
  }
}
