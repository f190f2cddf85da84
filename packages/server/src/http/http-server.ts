import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { Server as NetServer, type AddressInfo, type Socket } from 'node:net';
import type { ServerTimeouts } from '../server-options.ts';
import { withinDeadline } from './deadline.ts';
import type { HandleRequest } from './handle-request.ts';

export interface HttpServerOptions {
  readonly timeouts: ServerTimeouts;
  /** Further ones are closed at once. */
  readonly maxConnections: number;
  readonly handle: HandleRequest;
  /** Null serves plain HTTP. */
  readonly certificate: Certificate | null;
}

/** In PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface HttpServer {
  /** The port. Rejects with the system's error. */
  listen(host: string, port: number): Promise<number>;
  /** Takes no new connections and requests, and settles when those under way have ended or the time is over. */
  drain(deadlineMs: number): Promise<void>;
  /** For connections from now on. Throws where it cannot be used; does nothing for plain HTTP. */
  replaceCertificate(certificate: Certificate): void;
  openConnections(): number;
}

/** HTTP with a limit on everything that a client can draw out: heads, bodies, silence, connections. */
export function createHttpServer({ timeouts, maxConnections, handle, certificate }: HttpServerOptions): HttpServer {
  const limits: ServerOptions = {
    headersTimeout: timeouts.headersMs,
    requestTimeout: timeouts.requestMs,
    keepAliveTimeout: timeouts.keepAliveMs,
    connectionsCheckingInterval: timeouts.checkEveryMs,
  };
  const tls =
    certificate === null ? null : createTlsServer({ ...limits, ...certificate, handshakeTimeout: timeouts.headersMs });
  const server: Server | TlsServer = tls ?? createServer(limits);
  server.timeout = timeouts.idleMs;
  server.maxConnections = maxConnections;
  const pending = new Set<Promise<void>>();
  const active = new Set<ServerResponse>();
  const idle = new Set<Socket>();
  let isDraining = false;

  const accept = (awaitsContinue: boolean) => (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    idle.delete(socket);
    active.add(response);
    if (isDraining) response.setHeader('connection', 'close');
    response.on('close', () => {
      active.delete(response);
      if (isDraining) socket.destroy();
      else if (!socket.destroyed) idle.add(socket);
    });
    const handled = handle({ request, response, awaitsContinue })
      .catch(() => void response.destroy())
      .finally(() => pending.delete(handled));
    pending.add(handled);
  };
  server.on('request', accept(false));
  server.on('checkContinue', accept(true));
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  // Requests know a TLS connection by the socket that comes out of the handshake.
  server.on(tls === null ? 'connection' : 'secureConnection', (socket: Socket) => {
    idle.add(socket);
    socket.on('close', () => idle.delete(socket));
  });

  const drain = async (deadlineMs: number): Promise<void> => {
    isDraining = true;
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    // http's own `close` would cut off answers that are written but not yet sent: net's leaves them alone.
    NetServer.prototype.close.call(server, () => resolve());
    for (const socket of idle) socket.destroy();
    for (const response of active) if (!response.headersSent) response.setHeader('connection', 'close');
    const timer = setTimeout(() => {
      for (const socket of open) socket.destroy();
    }, deadlineMs);
    await closed;
    clearTimeout(timer);
    // Nothing is open any more: this only stops http's own timer.
    server.close(() => {});
    await withinDeadline(Promise.all(pending), deadlineMs, () => {});
  };

  const listen = async (host: string, port: number): Promise<number> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once('error', reject);
    server.listen(port, host, resolve);
    await promise;
    server.off('error', reject);
    return (server.address() as AddressInfo).port;
  };
  const replaceCertificate = (replacement: Certificate): void => tls?.setSecureContext({ ...replacement });
  return { listen, drain, replaceCertificate, openConnections: () => open.size };
}
