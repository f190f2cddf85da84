import { createRequestHandler } from './http/handle-request.ts';
import { createHttpServer, type HttpServer } from './http/http-server.ts';
import { createIdentify } from './identity/authenticate.ts';
import { listTokens } from './identity/token-files.ts';
import { isLoopback, isLoopbackHeader } from './loopback.ts';
import { createHealthProtocol } from './protocols/health.ts';
import { createLarderProtocol } from './protocols/larder.ts';
import { createNxProtocol } from './protocols/nx.ts';
import type { Protocol, ProtocolContext } from './protocols/protocol.ts';
import { createTurborepoProtocol } from './protocols/turborepo.ts';
import { openScopedEntries } from './scoped-entries.ts';
import { createRecorder, type RecordFact } from './server-event.ts';
import type { ServerOptions } from './server-options.ts';
import { systemErrorCode } from './storage/file-errors.ts';
import { openStorage } from './storage/open-storage.ts';
import type { Storage } from './storage/storage.ts';

export interface RunningServer {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** Takes no new requests, lets those under way end (at most `timeouts.drainMs`), closes the storage. */
  close(): Promise<void>;
}

/** The server cannot start: the message says why, for people. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** Resolves when the server accepts connections. Rejects with a `StartError` where the options do not allow that. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  if (options.auth.kind === 'none' && !isLoopback(options.host)) {
    throw new StartError(`A server without tokens would let everyone write; it must not listen on ${options.host}.`);
  }
  const record = createRecorder(options.onEvent, options.epochMs);
  const storage = await openStorageOf(options, record);
  try {
    await warnWithoutTokens(options, record);
    return await serveStorage(options, storage, record);
  } catch (error) {
    await storage.close();
    throw error;
  }
}

/** As `startServer`, over any storage. The server closes it. */
export async function serveStorage(
  options: ServerOptions,
  storage: Storage,
  record: RecordFact,
): Promise<RunningServer> {
  const { timeouts, maxConnections, auth } = options;
  const handle = createRequestHandler({
    protocols: createProtocols(createContext(options, storage, record)),
    record,
    discardLimitBytes: 10 * options.maxArtifactBytes,
    acceptsHost: auth.kind === 'none' ? isLoopbackHeader : () => true,
  });
  const server = createHttpServer({ timeouts, maxConnections, handle });
  const port = await listen(server, options);
  const url = `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`;
  record({ type: 'server-started', url, storageDirectory: options.storageDirectory });
  const close = async (): Promise<void> => {
    await server.drain(timeouts.drainMs);
    await storage.close();
    record({ type: 'server-stopped' });
  };
  let closing: Promise<void> | null = null;
  return { url, port, close: () => (closing ??= close()) };
}

async function listen(server: HttpServer, { host, port }: ServerOptions): Promise<number> {
  try {
    return await server.listen(host, port);
  } catch (cause) {
    throw new StartError(`The server cannot listen on ${host}, port ${port}: ${describeCause(cause)}`, { cause });
  }
}

function describeCause(cause: unknown): string {
  switch (systemErrorCode(cause)) {
    case 'EADDRINUSE':
      return 'another program uses that port.';
    case 'EACCES':
      return 'this user may not use that port.';
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return 'this machine does not have that address.';
    default:
      return String(cause);
  }
}

async function warnWithoutTokens({ storageDirectory, auth }: ServerOptions, record: RecordFact): Promise<void> {
  if (auth.kind === 'none' || auth.anonymousRead || (await listTokens(storageDirectory)).length > 0) return;
  const hint = `larder-server token create --storage ${storageDirectory} --scope main --access write`;
  record({ type: 'tokens-missing', hint });
}

async function openStorageOf(options: ServerOptions, record: RecordFact): Promise<Storage> {
  try {
    return await openStorage({
      ...options.storage,
      directory: options.storageDirectory,
      maxBytes: options.maxSizeBytes,
      maxBodyBytes: options.maxArtifactBytes,
      staleAfterMs: 10 * options.timeouts.idleMs,
      epochMs: options.epochMs,
      record,
    });
  } catch (cause) {
    throw new StartError(`The storage ${options.storageDirectory} cannot be used: ${String(cause)}`, { cause });
  }
}

function createContext(options: ServerOptions, storage: Storage, record: RecordFact): ProtocolContext {
  const { auth: mode, storageDirectory, epochMs, timeouts } = options;
  return {
    identify: createIdentify({ mode, storageDirectory, epochMs }),
    openEntries: (identity, from, namespace) => openScopedEntries({ identity, from }, { storage, namespace, record }),
    record,
    answerWithinMs: timeouts.answerMs,
  };
}

function createProtocols(context: ProtocolContext): readonly Protocol[] {
  return [
    createHealthProtocol(),
    createLarderProtocol(context),
    createNxProtocol(context),
    createTurborepoProtocol(context),
  ];
}
