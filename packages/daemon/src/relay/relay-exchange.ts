import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { Agent, createServer, request as ask, type IncomingMessage, type Server } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { lookupMs } from '../lookup-deadline.ts';
import { answer, type Exchange } from '../http/exchange.ts';
import { parseFoundFile, type FoundFile } from '../http/found-file.ts';
import { createChallenge } from '../process/proof.ts';

/** The daemon behind a relay. */
export interface RelayTarget {
  /** On 127.0.0.1. */
  readonly port: number;
  /** Of the daemon itself. */
  readonly token: string;
}

/** The daemon answers within its own deadline; a process that was stopped does not. */
const answerMs = lookupMs + 5_000;
/** The second is for the process that takes over from a daemon that was killed. */
const lookups = 2;

/** Not listening: connections are handed to it. */
export function createSpeaker(target: RelayTarget): Server {
  const server = createServer({ keepAliveTimeout: 120_000 });
  const daemon = { ...target, agent: new Agent({ keepAlive: true, maxSockets: 64 }) };
  server.on('request', (request, response) => {
    const exchange = { request, response, path: request.url ?? '/' };
    const relayed = request.method === 'GET' ? relayLookup(exchange, daemon) : relayStore(exchange, daemon);
    relayed.catch(() => answer(exchange, request.method === 'GET' ? 404 : 403, 'The daemon is gone.\n'));
  });
  return server;
}

interface Daemon extends RelayTarget {
  readonly agent: Agent;
}

/** The daemon says which file it is, and is not needed any more once that is open. */
async function relayLookup(exchange: Exchange, daemon: Daemon): Promise<void> {
  const found = await lookUp(exchange, daemon);
  if (found === null) return answer(exchange, 404, 'There is no such artifact.\n');
  const { fileAbsolute, sizeBytes } = found;
  const file = createReadStream(fileAbsolute, { end: sizeBytes - 1, highWaterMark: 256 * 1024 });
  await once(file, 'open');
  exchange.response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': sizeBytes });
  await pipeline(file, exchange.response).catch(() => exchange.response.destroy());
}

/** Null is a miss, and whatever else the daemon says; rejects where nobody answers. */
async function lookUp({ request, path }: Exchange, daemon: Daemon): Promise<FoundFile | null> {
  const challenge = createChallenge();
  const headers = { ...pick(request, ['authorization']), 'x-larder-challenge': challenge };
  for (let attempt = 1; ; attempt += 1) {
    const asked = ask({ ...toDaemon(daemon), path, headers, signal: AbortSignal.timeout(answerMs) });
    try {
      const response = await answerOf(asked.end());
      response.resume();
      return response.statusCode === 200 ? parseFoundFile(response.headers, { token: daemon.token, challenge }) : null;
    } catch (error) {
      if (attempt === lookups || (error as Error).name === 'AbortError') throw error;
    }
  }
}

/** Anything but an answer that Nx takes for no trouble becomes one. */
async function relayStore(exchange: Exchange, daemon: Daemon): Promise<void> {
  const { request, path } = exchange;
  const headers = pick(request, ['authorization', 'content-length', 'content-type']);
  // A connection of its own: an older one may have been closed by now, and the body is sent once.
  const stored = ask({ ...toDaemon(daemon), agent: false, path, headers, method: request.method ?? 'PUT' });
  request.pipe(stored);
  // A sender that goes away leaves nothing half stored.
  request.once('close', () => request.complete || stored.destroy());
  const response = await answerOf(stored);
  response.resume();
  const { statusCode } = response;
  answer(exchange, statusCode === 200 || statusCode === 409 ? statusCode : 403, 'So said the daemon.\n');
}

async function answerOf(asked: ReturnType<typeof ask>): Promise<IncomingMessage> {
  // What happens to a connection after its answer concerns nobody.
  asked.on('error', () => {});
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return response;
}

function toDaemon({ port, agent }: Daemon): { readonly host: string; readonly port: number; readonly agent: Agent } {
  return { host: '127.0.0.1', port, agent };
}

function pick({ headers }: IncomingMessage, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (typeof headers[name] === 'string' ? [[name, headers[name]]] : [])),
  );
}
