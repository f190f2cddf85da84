import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { parseNxPath, parseTurborepoPath } from '@larder/protocol';
import { answerNx, type ClientContext } from './http/answer-nx.ts';
import { answerTurborepo } from './http/answer-turborepo.ts';
import {
  controlLimitBytes,
  controlPath,
  parseControlRequest,
  type ControlRequest,
  type DaemonStatus,
} from './http/control.ts';
import { answer, hasLeft, readText, type Exchange } from './http/exchange.ts';
import { signedPath } from './http/signed-path.ts';
import { isProof, parseChallenge, prove } from './process/proof.ts';

export interface DaemonServerOptions extends ClientContext {
  readonly control: (request: ControlRequest) => Promise<DaemonStatus>;
  /** Called for each request that comes from a client. */
  readonly onRequest: () => void;
}

const maxConnections = 512;

/** Not yet listening. Whatever a handler throws, the client gets the answer that hurts it least. */
export function createDaemonServer(options: DaemonServerOptions): Server {
  const server = createServer({ keepAliveTimeout: 120_000, requestTimeout: 600_000, headersTimeout: 30_000 });
  server.maxConnections = maxConnections;
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    options.onRequest();
    // nx sends two slashes where its server's address ends in one.
    const path = `/${(request.url ?? '').split('?', 1)[0]?.replace(/^\/+/, '') ?? ''}`;
    const exchange = { request, response, path };
    handle(exchange, options).catch((error: unknown) => {
      if (!hasLeft(exchange)) options.onTrouble(error);
      answer(exchange, request.method === 'GET' ? 404 : 403, 'The daemon failed; its log says why.\n');
    });
  });
  return server;
}

async function handle(exchange: Exchange, options: DaemonServerOptions): Promise<void> {
  const nxHash = parseNxPath(exchange.path);
  if (nxHash !== null) return await answerNx(exchange, nxHash, options);
  const isSigned = exchange.path.startsWith(`${signedPath}/`);
  const turborepo = parseTurborepoPath(isSigned ? exchange.path.slice(signedPath.length) : exchange.path);
  if (turborepo !== null) return await answerTurborepo(exchange, turborepo, { ...options, isSigned });
  if (exchange.path === controlPath && exchange.request.method === 'POST')
    return await answerControl(exchange, options);
  answer(exchange, 404, 'There is nothing here.\n');
}

async function answerControl(exchange: Exchange, { token, control }: DaemonServerOptions): Promise<void> {
  const { headers } = exchange.request;
  const challenge = parseChallenge(headers['x-larder-challenge']);
  const body = await readText(exchange, controlLimitBytes);
  if (challenge === null || body === null) return answer(exchange, 400, 'Malformed.\n');
  if (!isProof(headers['x-larder-proof'], prove(token, 'client', { challenge, body }))) {
    return answer(exchange, 403, 'This proof does not hold.\n');
  }
  const request = parseControlRequest(body);
  if (request === null) return answer(exchange, 400, 'Malformed.\n');
  const text = JSON.stringify(await control(request));
  answer(exchange, 200, text, { 'x-larder-proof': prove(token, 'daemon', { challenge, body: text }) });
}
