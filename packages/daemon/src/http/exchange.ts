import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Entry } from '../entries/entry.ts';

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
}

export function answer(
  { request, response }: Exchange,
  status: number,
  text: string,
  headers: OutgoingHttpHeaders = {},
): void {
  if (response.headersSent || response.destroyed) return;
  // What is left of the body is read and dropped: a connection that closes on it may lose the answer.
  request.resume();
  const type = text.startsWith('{') ? 'application/json' : 'text/plain; charset=utf-8';
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text), ...headers });
  response.end(request.method === 'HEAD' ? undefined : text);
}

/** A reader that goes away is no failure; a disk that fails in the middle breaks the connection. */
export async function answerEntry({ request, response }: Exchange, entry: Entry): Promise<void> {
  if (response.headersSent || response.destroyed) return;
  const headers = {
    ...entry.attributes,
    'content-type': 'application/octet-stream',
    'content-length': entry.sizeBytes,
  };
  response.writeHead(200, headers);
  if (request.method === 'HEAD') response.end();
  else await pipeline(entry.open(), response).catch(() => response.destroy());
}

/** Whether the client went away before all of its request was here: a request that was read to its end is destroyed, too. */
export function hasLeft({ request }: Exchange): boolean {
  return request.destroyed && !request.complete;
}

/** The body as it comes; throws where the sender goes away. */
export async function* readBody({ request }: Exchange): AsyncGenerator<Uint8Array> {
  for await (const chunk of request.iterator({ destroyOnReturn: false })) yield chunk as Buffer;
  if (!request.complete) throw new Error('the sender went away');
}

/** Null where it is longer. */
export async function readText(exchange: Exchange, limitBytes: number): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of readBody(exchange)) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
