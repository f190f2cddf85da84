import type { Readable } from 'node:stream';
import type { Dispatcher, Pool } from 'undici';
import { closableBody } from '../store/body.ts';
import { Deadline } from './deadline.ts';

export interface TransportOptions {
  /** The server's base; may hold a path prefix. */
  readonly url: string;
  readonly token: string | null;
  /** For headers, and between pieces of a body, in both directions. */
  readonly timeoutMs: number;
  readonly connections: number;
}

export interface TransportRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array> | null;
}

export interface TransportResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Guarded by the deadline; read it to its end or return early. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Where the body is of no interest: reads a little of it so that the connection can be used again. */
  discard(): Promise<void>;
}

/** One connection pool. Redirects are not followed, so the token goes to the configured server alone. */
export interface Transport {
  send(request: TransportRequest, signal: AbortSignal): Promise<TransportResponse>;
  close(): Promise<void>;
}

const discardedBytes = 64 * 1024;
const keepAliveMs = 10_000;

/** Imports undici, which takes tens of milliseconds: called when the first request is made. */
export async function openTransport(options: TransportOptions): Promise<Transport> {
  const { Pool } = await import('undici');
  const pool = new Pool(new URL(options.url).origin, {
    connections: options.connections,
    pipelining: 1,
    keepAliveTimeout: keepAliveMs,
    connect: { timeout: options.timeoutMs },
    // Both directions are timed by `Deadline`, which also sees uploads.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    send: (request, signal) => send({ pool, options }, request, signal),
    close: () => pool.destroy(),
  };
}

interface TransportContext {
  readonly pool: Pool;
  readonly options: TransportOptions;
}

async function send(
  context: TransportContext,
  request: TransportRequest,
  signal: AbortSignal,
): Promise<TransportResponse> {
  const { token, timeoutMs } = context.options;
  const deadline = new Deadline(signal, timeoutMs);
  const { pathname, search } = new URL(request.url);
  try {
    const response = await context.pool.request({
      method: request.method,
      path: pathname + search,
      headers: { ...request.headers, ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
      body: request.body === null ? null : toBody(request.body, deadline),
      signal: deadline.signal,
    });
    // A body that is given up unread reports that as an error event; whoever reads it gets errors by reading.
    response.body.on('error', () => {});
    return {
      status: response.statusCode,
      headers: response.headers,
      body: openBody(response.body, deadline),
      discard: () => discard(response, deadline),
    };
  } catch (error) {
    deadline[Symbol.dispose]();
    throw deadline.explain(error);
  }
}

/** undici takes async iterables; its types name only their common implementations. */
function toBody(body: AsyncIterable<Uint8Array>, deadline: Deadline): Readable {
  return guardUpload(body, deadline) as unknown as Readable;
}

async function* guardUpload(body: AsyncIterable<Uint8Array>, deadline: Deadline): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    deadline.advance(chunk.byteLength);
    yield chunk;
  }
}

function openBody(body: Dispatcher.ResponseData['body'], deadline: Deadline): AsyncIterable<Uint8Array> {
  return closableBody(guard(body, deadline), async () => {
    deadline[Symbol.dispose]();
    body.destroy();
  });
}

async function* guard(body: Dispatcher.ResponseData['body'], deadline: Deadline): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      deadline.advance(chunk.byteLength);
      yield chunk;
    }
  } catch (error) {
    throw deadline.explain(error);
  } finally {
    deadline[Symbol.dispose]();
    body.destroy();
  }
}

async function discard({ body }: Dispatcher.ResponseData, deadline: Deadline): Promise<void> {
  try {
    await body.dump({ limit: discardedBytes, signal: deadline.signal });
  } catch (error) {
    throw deadline.explain(error);
  } finally {
    deadline[Symbol.dispose]();
  }
}
