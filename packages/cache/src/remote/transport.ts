import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { closableBody } from '../store/body.ts';
import { Deadline } from './deadline.ts';
import { openDispatcher, type DispatcherOptions } from './dispatcher.ts';
import type { Throttle } from './throttle.ts';

export interface TransportOptions extends DispatcherOptions {
  /** Headers, and pauses between pieces of a body, may take this long in both directions. */
  readonly timeoutMs: number;
  /** Null: as fast as it goes. */
  readonly download: Throttle | null;
  readonly upload: Throttle | null;
}

export interface TransportRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array> | Buffer | null;
  /** Sent as a bearer token. */
  readonly token: string | null;
}

export interface TransportResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Guarded by the deadline; read it to its end or return early. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Where the body is of no interest: reads a little of it so that the connection can be used again. */
  discard(): Promise<void>;
}

/** Connection pools. Redirects are not followed, so a token goes to the server that was asked alone. */
export interface Transport {
  send(request: TransportRequest, signal: AbortSignal): Promise<TransportResponse>;
  close(): Promise<void>;
}

const discardedBytes = 64 * 1024;

export async function openTransport(options: TransportOptions): Promise<Transport> {
  const dispatcher = await openDispatcher(options);
  return {
    send: (request, signal) => send({ dispatcher, options }, request, signal),
    close: () => dispatcher.destroy(),
  };
}

interface TransportContext {
  readonly dispatcher: Dispatcher;
  readonly options: TransportOptions;
}

async function send(
  context: TransportContext,
  request: TransportRequest,
  signal: AbortSignal,
): Promise<TransportResponse> {
  const { timeoutMs, upload, download } = context.options;
  const { method, headers, token, body } = request;
  const deadline = new Deadline(signal, timeoutMs);
  const { origin, pathname, search } = new URL(request.url);
  try {
    const response = await context.dispatcher.request({
      origin,
      method,
      path: pathname + search,
      headers: { ...headers, ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
      body: body === null || Buffer.isBuffer(body) ? body : toBody(body, deadline, upload),
      signal: deadline.signal,
    });
    // A body that is given up unread reports that as an error event; whoever reads it gets errors by reading.
    response.body.on('error', () => {});
    return {
      status: response.statusCode,
      headers: response.headers,
      body: openBody(response.body, deadline, download),
      discard: () => discard(response, deadline),
    };
  } catch (error) {
    deadline[Symbol.dispose]();
    throw deadline.explain(error);
  }
}

/** undici takes async iterables; its types name only their common implementations. */
function toBody(body: AsyncIterable<Uint8Array>, deadline: Deadline, throttle: Throttle | null): Readable {
  return guard(body, deadline, throttle) as unknown as Readable;
}

function openBody(
  body: Dispatcher.ResponseData['body'],
  deadline: Deadline,
  throttle: Throttle | null,
): AsyncIterable<Uint8Array> {
  const close = async (): Promise<void> => {
    deadline[Symbol.dispose]();
    body.destroy();
  };
  return closableBody(guardDownload(guard(body, deadline, throttle), { deadline, close }), close);
}

async function* guardDownload(
  body: AsyncIterable<Uint8Array>,
  { deadline, close }: { readonly deadline: Deadline; readonly close: () => Promise<void> },
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw deadline.explain(error);
  } finally {
    await close();
  }
}

async function* guard(
  body: AsyncIterable<Uint8Array>,
  deadline: Deadline,
  throttle: Throttle | null,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    deadline.advance(chunk.byteLength);
    if (throttle !== null) await deadline.pause(throttle.take(chunk.byteLength, deadline.signal));
    yield chunk;
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
