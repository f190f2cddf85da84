import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerMetrics } from '../metrics/server-metrics.ts';
import type { Method, Protocol, Route } from '../protocols/protocol.ts';
import type { RecordFact } from '../server-event.ts';
import { answer, answerError } from './answer.ts';
import { parseRequestPath, type Exchange } from './exchange.ts';

export interface HandlerOptions {
  readonly protocols: readonly Protocol[];
  readonly record: RecordFact;
  readonly metrics: Pick<ServerMetrics, 'beginRequest' | 'endRequest'>;
  readonly discardLimitBytes: number;
  /** Judges the `host` header: a server that trusts everyone must not be reached through a name of someone else's. */
  readonly acceptsHost: (host: string | undefined) => boolean;
}

export interface IncomingExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly awaitsContinue: boolean;
}

/** Answers every request, whatever happens; never throws, and settles when the answer is on its way. */
export type HandleRequest = (incoming: IncomingExchange) => Promise<void>;

export function createRequestHandler(options: HandlerOptions): HandleRequest {
  return async ({ request, response, awaitsContinue }) => {
    request.on('error', ignoreBrokenConnection);
    response.on('error', ignoreBrokenConnection);
    const exchange: Exchange = {
      request,
      response,
      awaitsContinue,
      method: request.method ?? '',
      path: parseRequestPath(request.url ?? ''),
      from: request.socket.remoteAddress ?? '',
      discardLimitBytes: options.discardLimitBytes,
    };
    const label = observe(exchange, options.metrics);
    if (options.acceptsHost(request.headers.host)) await handleExchange(exchange, options, label);
    else answerError(exchange, 403, { code: 'forbidden', message: 'Without tokens only loopback names are served.' });
  };
}

interface RequestLabel {
  protocol: string;
  route: string;
}

/** Counts the request when its answer has ended, under what has been found out of it by then. */
function observe({ method, response }: Exchange, metrics: HandlerOptions['metrics']): RequestLabel {
  const label: RequestLabel = { protocol: 'none', route: 'none' };
  const startedAtMs = performance.now();
  metrics.beginRequest();
  response.once('close', () => {
    const known = Object.hasOwn(knownMethods, method) ? method : 'other';
    // An answer that broke off before its end is none that the client saw.
    const status = response.writableFinished ? response.statusCode : 499;
    metrics.endRequest({ ...label, method: known, status, durationMs: performance.now() - startedAtMs });
  });
  return label;
}

const knownMethods: Readonly<Record<Method, true>> = { GET: true, HEAD: true, PUT: true, POST: true, OPTIONS: true };

async function handleExchange(
  exchange: Exchange,
  { protocols, record }: HandlerOptions,
  label: RequestLabel,
): Promise<void> {
  const { method, path } = exchange;
  for (const protocol of protocols) {
    const route = protocol.findRoute(path);
    if (route === null) continue;
    label.protocol = protocol.name;
    label.route = route.name;
    try {
      await followRoute(exchange, route);
    } catch (error) {
      record({ type: 'request-failed', method, path, detail: describeError(error) });
      if (exchange.response.headersSent) exchange.response.destroy();
      else protocol.answerFailure(exchange);
    }
    return;
  }
  answerError(exchange, 404, { code: 'not_found', message: 'This server has no such path.' });
}

async function followRoute(exchange: Exchange, route: Route): Promise<void> {
  const { methods } = route;
  const handle = Object.hasOwn(methods, exchange.method) ? methods[exchange.method as Method] : undefined;
  if (handle !== undefined) return await handle(exchange);
  answer(exchange, { status: 405, headers: { allow: Object.keys(methods).join(', ') } });
}

/** Whoever reads or writes the stream notices by itself; an error without a listener would end the process. */
function ignoreBrokenConnection(): void {}

function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? String(error)) : String(error);
}
