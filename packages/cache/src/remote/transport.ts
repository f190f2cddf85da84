import type { Readable } from 'node:stream';
import { closableBody } from '../store/body.ts';
import { Deadline } from './deadline.ts';
import { findProxies } from './find-proxies.ts';
import type { Answer, Sender, SenderOptions, SentRequest } from './sender.ts';
import type { Throttle } from './throttle.ts';

export interface TransportOptions extends SenderOptions {
  /** For proxies: `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`, in either case. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Headers, and pauses between pieces of a body, may take this long in both directions. */
  readonly timeoutMs: number;
  /** Null: as fast as it goes. */
  readonly download: Throttle | null;
  readonly upload: Throttle | null;
}

export interface TransportRequest extends Omit<SentRequest, 'url'> {
  readonly url: string;
  /** Sent as a bearer token. */
  readonly token: string | null;
}

export interface TransportResponse extends Omit<Answer, 'body'> {
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
  const sender = await openSender(options);
  return {
    send: (request, signal) => send({ sender, options }, request, signal),
    close: () => sender.close(),
  };
}

async function openSender(options: TransportOptions): Promise<Sender> {
  const proxies = findProxies(options.env);
  if (proxies === null) return await (await import('./direct-sender.ts')).openDirectSender(options);
  return await (await import('./proxied-sender.ts')).openProxiedSender(options, proxies);
}

interface TransportContext {
  readonly sender: Sender;
  readonly options: TransportOptions;
}

async function send(
  { sender, options }: TransportContext,
  request: TransportRequest,
  signal: AbortSignal,
): Promise<TransportResponse> {
  const { timeoutMs, upload, download } = options;
  const { method, headers, token, body } = request;
  const deadline = new Deadline(signal, timeoutMs);
  try {
    const sent = {
      method,
      url: new URL(request.url),
      headers: { ...headers, ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
      body: body === null || Buffer.isBuffer(body) ? body : guard(body, deadline, upload),
    };
    const answer = await sender.send(sent, deadline.signal);
    // A body that is given up unread reports that as an error event; whoever reads it gets errors by reading.
    answer.body.on('error', () => {});
    return {
      status: answer.status,
      headers: answer.headers,
      body: openBody(answer.body, deadline, download),
      discard: () => discard(answer, deadline),
    };
  } catch (error) {
    deadline[Symbol.dispose]();
    throw deadline.explain(error);
  }
}

function openBody(body: Readable, deadline: Deadline, throttle: Throttle | null): AsyncIterable<Uint8Array> {
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

async function discard({ body }: Answer, deadline: Deadline): Promise<void> {
  try {
    let sizeBytes = 0;
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > discardedBytes) return;
    }
  } catch (error) {
    throw deadline.explain(error);
  } finally {
    deadline[Symbol.dispose]();
  }
}
