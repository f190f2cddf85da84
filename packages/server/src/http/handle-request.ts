import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Method, Protocol, Route } from '../protocols/protocol.ts';
import type { RecordFact } from '../server-event.ts';
import { answer, answerError } from './answer.ts';
import { parseRequestPath, type Exchange } from './exchange.ts';

export interface HandlerOptions {
  readonly protocols: readonly Protocol[];
  readonly record: RecordFact;
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
    if (options.acceptsHost(request.headers.host)) await handleExchange(exchange, options);
    else answerError(exchange, 403, { code: 'forbidden', message: 'Without tokens only loopback names are served.' });
  };
}

async function handleExchange(exchange: Exchange, { protocols, record }: HandlerOptions): Promise<void> {
  const { method, path } = exchange;
  for (const protocol of protocols) {
    const route = protocol.findRoute(path);
    if (route === null) continue;
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
  const handle = Object.hasOwn(route, exchange.method) ? route[exchange.method as Method] : undefined;
  if (handle !== undefined) return await handle(exchange);
  answer(exchange, { status: 405, headers: { allow: Object.keys(route).join(', ') } });
}

/** Whoever reads or writes the stream notices by itself; an error without a listener would end the process. */
function ignoreBrokenConnection(): void {}

function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? String(error)) : String(error);
}
