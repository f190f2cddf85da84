import { StoreError, type CacheTroubleCode } from '@larder/core';
import type { FailureReach } from './circuit-breaker.ts';

/** An answer that is neither a hit nor a miss nor stored. */
export class UnexpectedStatus extends Error {
  override readonly name = 'UnexpectedStatus';
  readonly status: number;
  /** Milliseconds that the server asked to wait; null where it did not say. */
  readonly retryAfterMs: number | null;

  constructor(status: number, detail: string, retryAfterMs: number | null) {
    super(`the server answered ${status}${detail === '' ? '' : `: ${detail}`}`);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The deadline of a request ran out. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut';
}

export interface RemoteFailure {
  readonly error: StoreError;
  readonly reach: FailureReach;
  /** Whether the same request may succeed a moment later. A timeout is not retried: it has cost enough. */
  readonly canRetry: boolean;
  readonly retryAfterMs: number | null;
}

export function describeFailure(error: unknown): RemoteFailure {
  if (error instanceof UnexpectedStatus) return describeStatus(error);
  if (error instanceof StoreError) {
    const reach = error.code === 'remote-too-large' ? 'request' : 'counted';
    return { error, reach, canRetry: false, retryAfterMs: null };
  }
  const cause = error instanceof Error ? error : new Error(String(error));
  const timedOut = cause instanceof TimedOut || timeoutCodes.has(codeOf(cause));
  return {
    error: toStoreError(timedOut ? 'remote-timeout' : 'remote-unreachable', cause),
    reach: 'counted',
    canRetry: !timedOut && droppedCodes.has(codeOf(cause)),
    retryAfterMs: null,
  };
}

function describeStatus(error: UnexpectedStatus): RemoteFailure {
  const { status, retryAfterMs } = error;
  const known = statuses.get(status);
  return {
    error: toStoreError(known?.code ?? 'remote-error', error),
    reach: known?.reach ?? (status >= 500 || status < 400 ? 'counted' : 'request'),
    canRetry: retriedStatuses.has(status),
    retryAfterMs,
  };
}

const statuses: ReadonlyMap<number, { readonly code: CacheTroubleCode; readonly reach: FailureReach }> = new Map([
  [401, { code: 'remote-unauthorized', reach: 'everything' }],
  [403, { code: 'remote-forbidden', reach: 'direction' }],
  [413, { code: 'remote-too-large', reach: 'request' }],
  [429, { code: 'remote-error', reach: 'counted' }],
  [507, { code: 'remote-error', reach: 'direction' }],
]);

const retriedStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);

const timeoutCodes: ReadonlySet<string> = new Set([
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

/** A connection broke; a kept-alive one does whenever the server closes it in that moment. */
const droppedCodes: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : '';
}

function toStoreError(code: CacheTroubleCode, cause: Error): StoreError {
  return new StoreError(code, cause.message === '' ? codeOf(cause) : inOneLine(cause.message), { cause });
}

/** Of what OpenSSL says over several lines, with addresses and places in its source, the reason alone. */
function inOneLine(message: string): string {
  const [, reason] = /:SSL routines:[^:]*:([^:]+)/.exec(message) ?? [];
  return reason === undefined ? message.trim().replace(/\s*\n\s*/g, ' ') : `TLS: ${reason}`;
}
