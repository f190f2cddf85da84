import { answer, answerError, answerJson, answerText } from '../http/answer.ts';
import { withinDeadline } from '../http/deadline.ts';
import type { Exchange } from '../http/exchange.ts';
import { mainScope } from '../identity/scope.ts';
import { anonymousId, type Identity } from '../identity/identity.ts';
import { isLoopback, isLoopbackHeader } from '../loopback.ts';
import { describeUsage, viewOf, type UsageView } from '../stats/describe-usage.ts';
import { answerRefusal, describeRefusal, requestIdentity } from './access.ts';
import type { Protocol, ProtocolContext } from './protocol.ts';

export interface OperationsOptions {
  /** Settles when the storage answers; rejects where it cannot. */
  readonly probeStorage: () => Promise<unknown>;
  readonly isDraining: () => boolean;
  readonly formatMetrics: () => string;
  /** Whether who asks from this machine needs no token. */
  readonly trustsLoopback: boolean;
}

/** A load balancer asks again before this has passed many times. */
const probeWithinMs = 2_000;
const defaultDays = 30;

/**
 * For those who run the server. `/healthz`: this process answers. `/readyz`: and so does its storage. Both need no
 * credentials and tell nothing else. `/metrics` and `/api/stats` need a token, unless the configuration lets in who
 * asks from this machine.
 */
export function createOperations(context: ProtocolContext, options: OperationsOptions): Protocol {
  const answerHealthy = async (exchange: Exchange): Promise<void> => answerText(exchange, 200, 'ok');
  const answerReadiness = (exchange: Exchange): Promise<void> => sendReadiness(exchange, options);
  return {
    name: 'operations',
    findRoute: (path) => {
      switch (path) {
        case '/healthz':
          return { name: 'healthz', methods: { GET: answerHealthy, HEAD: answerHealthy } };
        case '/readyz':
          return { name: 'readyz', methods: { GET: answerReadiness, HEAD: answerReadiness } };
        case '/metrics':
          return { name: 'metrics', methods: { GET: (exchange) => sendMetrics(context, exchange, options) } };
        case '/api/stats':
          return { name: 'stats', methods: { GET: (exchange) => sendStatistics(context, exchange, options) } };
        default:
          return null;
      }
    },
    answerFailure: (exchange) => answerText(exchange, 500, 'failed'),
  };
}

async function sendReadiness(exchange: Exchange, { probeStorage, isDraining }: OperationsOptions): Promise<void> {
  if (isDraining()) return answerText(exchange, 503, 'draining');
  const probed = await withinDeadline(
    probeStorage().then(
      () => true,
      () => false,
    ),
    probeWithinMs,
    () => {},
  );
  const isReady = probed.kind === 'done' && probed.value;
  answerText(exchange, isReady ? 200 : 503, isReady ? 'ready' : 'the storage does not answer');
}

/** They tell of all tenants together, so a token must be one of `main` without a tenant. */
async function sendMetrics(context: ProtocolContext, exchange: Exchange, options: OperationsOptions): Promise<void> {
  const viewer = await findViewer(context, exchange, options);
  if (viewer === null) return;
  if (viewer !== 'operator' && viewer.scope !== mainScope) return answerForbidden(exchange);
  const headers = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };
  answer(exchange, { status: 200, headers, body: options.formatMetrics() });
}

async function sendStatistics(context: ProtocolContext, exchange: Exchange, options: OperationsOptions): Promise<void> {
  const viewer = await findViewer(context, exchange, options);
  if (viewer === null) return;
  const days = parseDays(exchange.request.url ?? '');
  if (days === null) {
    return answerError(exchange, 400, { code: 'malformed', message: 'days must be a number from 1 to 3660.' });
  }
  const view: UsageView = viewer === 'operator' ? { kind: 'all' } : viewOf(viewer);
  answerJson(exchange, 200, JSON.stringify(describeUsage(await context.usage.read(days), view)));
}

/** Null where the answer has been given. */
async function findViewer(
  context: ProtocolContext,
  exchange: Exchange,
  { trustsLoopback }: OperationsOptions,
): Promise<Identity | 'operator' | null> {
  const { headers } = exchange.request;
  if (trustsLoopback && headers.authorization === undefined && isDirectFromHere(exchange)) return 'operator';
  const access = await requestIdentity(context, exchange);
  if (access.kind === 'granted') {
    // Anonymous reading is for artifacts.
    if (access.identity.id !== anonymousId) return access.identity;
    answerRefusal(
      exchange,
      { kind: 'refused', reason: 'no-credentials', retryAfterMs: null },
      asText('no-credentials'),
    );
    return null;
  }
  answerRefusal(exchange, access, asText(access.reason));
  return null;
}

function asText(reason: Parameters<typeof describeRefusal>[0]): {
  readonly body: string;
  readonly contentType: string;
} {
  return { body: `${describeRefusal(reason)}\n`, contentType: 'text/plain; charset=utf-8' };
}

/**
 * A proxy on this machine connects from loopback for everyone; many give themselves away by what they add, but not
 * all of them do, which is why this is off unless the configuration says otherwise. A page in a browser on this machine could reach here through a name of its own, which the host shows.
 */
function isDirectFromHere({ request, from }: Exchange): boolean {
  const { headers } = request;
  const isForwarded = [
    'forwarded',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-real-ip',
    'via',
  ].some((name) => headers[name] !== undefined);
  return (
    !isForwarded &&
    headers.origin === undefined &&
    isLoopback(from.replace(/^::ffff:/, '')) &&
    isLoopbackHeader(headers.host)
  );
}

function answerForbidden(exchange: Exchange): void {
  const message = 'The metrics tell of every tenant: they need a token of the scope main without a tenant.';
  answerError(exchange, 403, { code: 'forbidden', message });
}

function parseDays(target: string): number | null {
  const text = new URLSearchParams(target.split('?', 2)[1] ?? '').get('days');
  if (text === null) return defaultDays;
  const days = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  return days >= 1 && days <= 3660 ? days : null;
}
