import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { formatContentRange, formatErrorBody, larderStatus, type ErrorBody } from '@larder/protocol';
import { FileBody } from '../storage/file-body.ts';
import { closeEntry, type OpenEntry } from '../storage/storage.ts';
import type { Exchange } from './exchange.ts';

export interface Answer {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

/** Answers, and throws away what is left of the request's body, so that its sender comes to read the answer. */
export function answer(exchange: Exchange, { status, headers = {}, body = '' }: Answer): void {
  const { response } = exchange;
  if (response.headersSent || response.destroyed) return;
  discardBody(exchange);
  const isHead = exchange.method === 'HEAD';
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
  response.end(isHead ? undefined : body);
}

export function answerText(exchange: Exchange, status: number, text: string): void {
  answer(exchange, { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${text}\n` });
}

export function answerJson(exchange: Exchange, status: number, json: string): void {
  answer(exchange, { status, headers: { 'content-type': 'application/json' }, body: json });
}

export function answerError(exchange: Exchange, status: number, error: ErrorBody): void {
  answer(exchange, {
    status,
    headers: { 'content-type': 'application/json', ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}) },
    body: formatErrorBody(error),
  });
}

/**
 * Sends an entry with status 200. A reader that goes away is no error. If the disk fails in the middle, the
 * connection breaks off, and the reader sees fewer bytes than `content-length`.
 */
export async function answerEntry(exchange: Exchange, entry: OpenEntry, headers: OutgoingHttpHeaders): Promise<void> {
  await sendEntry(exchange, entry, { status: 200, headers: { ...headers, 'content-length': entry.facts.sizeBytes } });
}

/**
 * As `answerEntry`, from one byte on and with status 206; the whole, where the part is empty or the level that holds
 * the entry can only read it from the start.
 */
export async function answerRest(
  exchange: Exchange,
  entry: OpenEntry,
  { fromBytes, headers }: { readonly fromBytes: number; readonly headers: OutgoingHttpHeaders },
): Promise<void> {
  const { sizeBytes } = entry.facts;
  const rest = fromBytes > 0 && fromBytes < sizeBytes ? skipBytes(entry, fromBytes) : null;
  if (rest === null) return await answerEntry(exchange, entry, headers);
  const range = { 'content-range': formatContentRange({ fromBytes, sizeBytes }) };
  const length = { 'content-length': sizeBytes - fromBytes };
  await sendEntry(exchange, rest, { status: larderStatus.partial, headers: { ...headers, ...range, ...length } });
}

function skipBytes(entry: OpenEntry, count: number): OpenEntry | null {
  const { facts, body } = entry;
  if (body instanceof Uint8Array) return { facts, body: body.subarray(count) };
  if (!(body instanceof FileBody)) return null;
  body.startAt(count);
  return entry;
}

async function sendEntry(
  exchange: Exchange,
  entry: OpenEntry,
  { status, headers }: Required<Pick<Answer, 'status' | 'headers'>>,
): Promise<void> {
  const { response } = exchange;
  if (response.headersSent || response.destroyed) return closeEntry(entry);
  discardBody(exchange);
  try {
    response.writeHead(status, headers);
  } catch (error) {
    closeEntry(entry);
    throw error;
  }
  if (entry.body instanceof Uint8Array) response.end(entry.body);
  else await sendBody(entry.body, response).catch(() => response.destroy());
}

async function sendBody(body: Readable, response: Writable): Promise<void> {
  if (body instanceof FileBody) await body.sendTo(response);
  else await pipeline(body, response);
}

/**
 * Reads on without keeping anything, within limits: a connection that is closed while bytes are under way may lose
 * the answer. Where the sender still waits for `100 Continue`, no body will come and the connection ends instead.
 */
function discardBody({ request, response, awaitsContinue, discardLimitBytes }: Exchange): void {
  if (request.readableEnded || request.destroyed || hasNoBody(request)) return;
  if (awaitsContinue && !request.readableDidRead) {
    response.setHeader('connection', 'close');
    return;
  }
  let discardedBytes = 0;
  request.on('data', (chunk: Buffer) => {
    discardedBytes += chunk.length;
    if (discardedBytes > discardLimitBytes) request.destroy();
  });
}

/** RFC 9112, 6.3: without either header a request has no body. */
function hasNoBody({ headers }: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': encoding } = headers;
  return encoding === undefined && (length === undefined || length === '0');
}
