import { formatErrorBody } from '@larder/protocol';
import type { Exchange } from '../http/exchange.ts';
import { answerRefusal, describeRefusal, type IdentityAccess } from './access.ts';

/** As `answerRefusal`, with the body that the clients of Larder and Turborepo know. */
export function refuseAccess(exchange: Exchange, access: Extract<IdentityAccess, { kind: 'refused' }>): void {
  const code = access.reason === 'too-many-requests' ? 'too_many_requests' : 'unauthorized';
  const body = formatErrorBody({ code, message: describeRefusal(access.reason) });
  answerRefusal(exchange, access, { body, contentType: 'application/json' });
}
