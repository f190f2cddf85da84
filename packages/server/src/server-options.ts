import type { AuditLogOptions } from './audit-log.ts';
import type { AuthMode } from './identity/authenticate.ts';
import type { OidcIssuer } from './identity/oidc/oidc-rules.ts';
import type { QuotaOptions } from './limits/quotas.ts';
import type { RateLimitOptions } from './limits/rate-limits.ts';
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

/** The tokens of CI systems, and those that are given in exchange for them. */
export interface OidcOptions {
  readonly issuers: readonly OidcIssuer[];
  /** Of the tokens that are given in exchange. */
  readonly tokenLifetimeMs: number;
  /** Servers with the same key take each other's tokens. Null: a file in the storage directory, made at need. */
  readonly signingKeyFileAbsolute: string | null;
}

/** PEM files, read at the start and with every `reloadCertificate`. */
export interface TlsOptions {
  readonly certificateFileAbsolute: string;
  readonly keyFileAbsolute: string;
}

export interface ServerOptions {
  /** Absolute; made where it does not exist. Tokens and entries stand below it. */
  readonly storageDirectory: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly auth: AuthMode;
  /** Null: no CI system's token is taken. */
  readonly oidc: OidcOptions | null;
  /** Null: plain HTTP. */
  readonly tls: TlsOptions | null;
  readonly rateLimits: RateLimitOptions;
  readonly quotas: QuotaOptions;
  /** Null: the audit log is part of the log alone. */
  readonly audit: AuditLogOptions | null;
  /** Days of usage statistics that are kept. */
  readonly statisticsDays: number;
  /** Whether `/metrics` and `/api/stats` answer callers on this machine without a token. */
  readonly trustsLoopback: boolean;
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
  oidc: null,
  tls: null,
  rateLimits: { scope: null, tenant: null },
  quotas: { scopeBytes: null, tenantBytes: null },
  audit: null,
  statisticsDays: 90,
  trustsLoopback: false,
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
