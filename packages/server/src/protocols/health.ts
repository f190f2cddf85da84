import { answerText } from '../http/answer.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Protocol } from './protocol.ts';

/** `/healthz`: this process answers. Needs no credentials and touches no storage. */
export function createHealthProtocol(): Protocol {
  const answerHealthy = async (exchange: Exchange): Promise<void> => answerText(exchange, 200, 'ok');
  return {
    findRoute: (path) => (path === '/healthz' ? { GET: answerHealthy, HEAD: answerHealthy } : null),
    answerFailure: (exchange) => answerText(exchange, 500, 'failed'),
  };
}
