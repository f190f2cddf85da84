import { formatTokenGrant } from '@larder/protocol';
import { answer, answerError } from '../http/answer.ts';
import type { Exchange } from '../http/exchange.ts';
import { recordRefusal } from './access.ts';
import type { ProtocolContext } from './protocol.ts';
import { refuseAccess } from './refuse-access.ts';

/** `POST /larder/v1/token`: a short-lived token of this server for the token of a CI system. */
export async function sendTokenGrant(context: ProtocolContext, exchange: Exchange): Promise<void> {
  if (context.exchangeToken === null) {
    const message = 'This server has no rules for the tokens of CI systems.';
    return answerError(exchange, 404, { code: 'missing', message });
  }
  const exchanged = await context.exchangeToken(exchange.request.headers.authorization);
  if (exchanged.kind === 'refused') {
    recordRefusal(context, exchange, exchanged);
    return refuseAccess(exchange, { kind: 'refused', reason: exchanged.reason, retryAfterMs: null });
  }
  const { identity, tokenId, grant } = exchanged;
  const retryAfterMs = context.admit(identity.scope);
  if (retryAfterMs !== null)
    return refuseAccess(exchange, { kind: 'refused', reason: 'too-many-requests', retryAfterMs });
  const { scope, access } = identity;
  const { expiresAtEpochMs } = grant;
  context.record({
    type: 'token-granted',
    token: tokenId,
    by: identity.id,
    from: exchange.from,
    scope,
    access,
    expiresAtEpochMs,
  });
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  answer(exchange, { status: 200, headers, body: formatTokenGrant(grant) });
}
