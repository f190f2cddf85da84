import { answer } from '../http/answer.ts';
import type { Exchange } from '../http/exchange.ts';
import { anonymousId, type Identification, type Identity, type RefusalReason } from '../identity/identity.ts';
import type { Scope } from '../identity/scope.ts';
import type { ScopedEntries } from '../scoped-entries.ts';
import type { Namespace } from '../storage/storage.ts';
import type { ProtocolContext } from './protocol.ts';

export type IdentityAccess =
  | { readonly kind: 'granted'; readonly identity: Identity }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly retryAfterMs: number | null };

export type Access =
  | { readonly kind: 'granted'; readonly identity: Identity; readonly entries: ScopedEntries }
  | Extract<IdentityAccess, { kind: 'refused' }>;

/** Finds out who is calling, and opens what this caller may see. Refusals are recorded. */
export async function requestAccess(
  context: ProtocolContext,
  exchange: Exchange,
  namespace: Namespace,
): Promise<Access> {
  const access = await requestIdentity(context, exchange);
  if (access.kind === 'refused') return access;
  const { identity } = access;
  return { kind: 'granted', identity, entries: context.openEntries(identity, exchange.from, namespace) };
}

/** As `requestAccess`, for paths that touch no entries. */
export async function requestIdentity(context: ProtocolContext, exchange: Exchange): Promise<IdentityAccess> {
  const found = await context.identify(exchange.request.headers.authorization);
  if (found.kind === 'refused') {
    recordRefusal(context, exchange, found);
    return { kind: 'refused', reason: found.reason, retryAfterMs: null };
  }
  const { identity } = found;
  const retryAfterMs = context.admit(identity.id === anonymousId ? strangers : identity.scope);
  if (retryAfterMs === null) return { kind: 'granted', identity };
  const reason = 'too-many-requests';
  recordRefusal(context, exchange, { kind: 'refused', reason, id: identity.id });
  return { kind: 'refused', reason, retryAfterMs };
}

/** Whoever comes without a token must not use up what the jobs of main may ask. */
const strangers = 'anonymous@main' as Scope;

const loggedPathLength = 300;

export function recordRefusal(
  { record }: ProtocolContext,
  { from, method, path }: Exchange,
  refusal: Extract<Identification, { kind: 'refused' }>,
): void {
  const { reason, id, detail } = refusal;
  const about = { reason, token: id, from, method, path: path.slice(0, loggedPathLength) };
  record({ type: 'access-refused', ...about, ...(detail === undefined ? {} : { detail }) });
}

export interface RefusalAnswer {
  readonly body: string;
  readonly contentType: string;
}

/** 429 with `retry-after` where the caller should come again, 503 where an issuer is away, else 401. */
export function answerRefusal(
  exchange: Exchange,
  { reason, retryAfterMs }: Extract<IdentityAccess, { kind: 'refused' }>,
  { body, contentType }: RefusalAnswer,
): void {
  const retryAfter = retryAfterMs === null ? issuerRetrySeconds : Math.max(Math.ceil(retryAfterMs / 1000), 1);
  const headers = { 'content-type': contentType };
  if (reason === 'too-many-requests')
    return answer(exchange, { status: 429, headers: { ...headers, 'retry-after': String(retryAfter) }, body });
  if (reason === 'issuer-unreachable')
    return answer(exchange, { status: 503, headers: { ...headers, 'retry-after': String(retryAfter) }, body });
  answer(exchange, { status: 401, headers: { ...headers, 'www-authenticate': 'Bearer, Basic realm="cache"' }, body });
}

const issuerRetrySeconds = 30;

/** For people; tells nothing that the caller did not know. */
export function describeRefusal(reason: RefusalReason): string {
  switch (reason) {
    case 'no-credentials':
      return 'This cache needs a token.';
    case 'malformed-credentials':
      return 'The authorization header must be "Bearer <token>" with a token that this server takes, or hold it as the password.';
    case 'unknown-token':
      return 'This server does not know the token.';
    case 'expired':
      return 'The token has expired.';
    case 'revoked':
      return 'The token has been revoked.';
    case 'untrusted-token':
      return 'This server does not trust the token: issuer, audience, signature or time is not what it should be.';
    case 'no-rule':
      return 'The token is genuine, but no rule of this server gives it a scope.';
    case 'issuer-unreachable':
      return 'The keys of the issuer of the token cannot be had at the moment.';
    case 'too-many-requests':
      return 'These are more requests than this token may make at a time.';
  }
}
