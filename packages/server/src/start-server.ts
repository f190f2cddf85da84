import { openAuditLog, type AuditLog } from './audit-log.ts';
import { createContext } from './create-context.ts';
import { createSink } from './create-sink.ts';
import { createRequestHandler } from './http/handle-request.ts';
import { createHttpServer, type Certificate, type HttpServer } from './http/http-server.ts';
import { mainScope } from './identity/scope.ts';
import { listTokens } from './identity/token-files.ts';
import { isLoopback, isLoopbackHeader } from './loopback.ts';
import { createServerMetrics, type ServerMetrics } from './metrics/server-metrics.ts';
import { createProtocols } from './protocols/create-protocols.ts';
import type { ProtocolContext } from './protocols/protocol.ts';
import { readCertificate } from './read-certificate.ts';
import { createRecorder, type RecordFact } from './server-event.ts';
import type { ServerOptions } from './server-options.ts';
import { systemErrorCode } from './storage/file-errors.ts';
import { openStorage } from './storage/open-storage.ts';
import type { Storage } from './storage/storage.ts';

export interface RunningServer {
  /** `http://127.0.0.1:<port>` or `https://…`, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** Reads the files of the certificate again; keeps the one in use where they are no good. Never rejects. */
  reloadCertificate(): Promise<void>;
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
  const metrics = createServerMetrics();
  const audit = openAudit(options);
  const record = createRecorder(createSink(options.onEvent, { metrics, audit }), options.epochMs);
  const storage = await openStorageOf(options, record);
  try {
    await warnWithoutTokens(options, record);
    const server = await serveStorage(options, storage, record, metrics);
    return { ...server, close: () => server.close().finally(() => audit?.close()) };
  } catch (error) {
    await storage.close();
    audit?.close();
    throw error;
  }
}

function openAudit({ audit }: ServerOptions): AuditLog | null {
  try {
    return audit === null ? null : openAuditLog(audit);
  } catch (cause) {
    throw new StartError(`The audit log cannot be written: ${String(cause)}`, { cause });
  }
}

/** As `startServer`, over any storage. The server closes it. */
export async function serveStorage(
  options: ServerOptions,
  storage: Storage,
  record: RecordFact,
  metrics: ServerMetrics = createServerMetrics(),
): Promise<RunningServer> {
  const { timeouts, maxConnections, auth } = options;
  const certificate = await loadCertificate(options);
  const context = await openContext(options, { storage, record, metrics });
  let isDraining = false;
  const protocols = createProtocols(context, {
    probeStorage: () => storage.head({ scope: mainScope, namespace: 'larder', name: 'readyz' }),
    isDraining: () => isDraining,
    formatMetrics: () => metrics.format(),
    trustsLoopback: options.trustsLoopback,
  });
  const handle = createRequestHandler({
    protocols,
    record,
    metrics,
    discardLimitBytes: 10 * options.maxArtifactBytes,
    acceptsHost: auth.kind === 'none' ? isLoopbackHeader : () => true,
  });
  const server = createHttpServer({ timeouts, maxConnections, handle, certificate });
  metrics.observeStorage(storage);
  metrics.observeConnections(() => server.openConnections());
  const port = await listen(server, options);
  const url = `${certificate === null ? 'http' : 'https'}://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`;
  record({ type: 'server-started', url, storageDirectory: options.storageDirectory });
  const close = async (): Promise<void> => {
    isDraining = true;
    await server.drain(timeouts.drainMs);
    await context.usage.close();
    metrics.close();
    await storage.close();
    record({ type: 'server-stopped' });
  };
  let closing: Promise<void> | null = null;
  const reloadCertificate = (): Promise<void> => reload(options, server, record);
  return { url, port, reloadCertificate, close: () => (closing ??= close()) };
}

async function loadCertificate({ tls }: ServerOptions): Promise<Certificate | null> {
  try {
    return tls === null ? null : await readCertificate(tls);
  } catch (cause) {
    throw new StartError(`The certificate cannot be used: ${String(cause)}`, { cause });
  }
}

async function openContext(...[options, parts]: Parameters<typeof createContext>): Promise<ProtocolContext> {
  try {
    return await createContext(options, parts);
  } catch (cause) {
    throw new StartError(`The signing key cannot be used: ${String(cause)}`, { cause });
  }
}

async function reload({ tls }: ServerOptions, server: HttpServer, record: RecordFact): Promise<void> {
  if (tls === null) return;
  try {
    server.replaceCertificate(await readCertificate(tls));
    record({ type: 'certificate-loaded' });
  } catch (error) {
    record({ type: 'certificate-unusable', detail: String(error) });
  }
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
    case null:
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
