import type { AuthMode } from './identity/authenticate.ts';
import type { ServerEventSink } from './server-event.ts';
import { defaultStorageOptions, type StorageOptions } from './storage/storage-options.ts';

export interface ServerTimeouts {
  /** For a request's head to arrive. */
  readonly headersMs: number;
  /** For a whole request to arrive, body included. */
  readonly requestMs: number;
  /** Without a byte in either direction while a request or an answer is under way. */
  readonly idleMs: number;
  /** Between two requests of one connection; longer than proxies keep theirs. */
  readonly keepAliveMs: number;
  /** How often connections are checked against the first two. */
  readonly checkEveryMs: number;
  /** For the storage to answer a client that would wait for ever. */
  readonly answerMs: number;
  /** For requests that are under way when the server closes. */
  readonly drainMs: number;
}

export interface ServerOptions {
  /** Absolute; made where it does not exist. Tokens and entries stand below it. */
  readonly storageDirectory: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly auth: AuthMode;
  /** Of all entries together. What was used least recently goes first. */
  readonly maxSizeBytes: number;
  readonly maxArtifactBytes: number;
  readonly maxConnections: number;
  readonly storage: StorageOptions;
  readonly timeouts: ServerTimeouts;
  readonly epochMs: () => number;
  readonly onEvent: ServerEventSink;
}

const gigabyte = 1_000_000_000;

/** The one place where the server's defaults stand. */
export const defaultServerOptions: Omit<ServerOptions, 'storageDirectory' | 'onEvent'> = {
  host: '127.0.0.1',
  port: 0,
  auth: { kind: 'tokens', anonymousRead: false },
  maxSizeBytes: 10 * gigabyte,
  maxArtifactBytes: 2 * gigabyte,
  maxConnections: 1000,
  storage: defaultStorageOptions,
  timeouts: {
    headersMs: 15_000,
    requestMs: 30 * 60_000,
    idleMs: 60_000,
    keepAliveMs: 75_000,
    checkEveryMs: 5_000,
    answerMs: 10_000,
    drainMs: 10_000,
  },
  epochMs: Date.now,
};
