import type { IncomingMessage, ServerResponse } from 'node:http';

/** One request and the answer to it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  /** Without the query, repeated slashes made one. Nothing is decoded: a path with escapes is nobody's path. */
  readonly path: string;
  /** The address that the connection comes from. */
  readonly from: string;
  /** The sender waits for `100 Continue` before it sends the body. */
  readonly awaitsContinue: boolean;
  /** What may still be read and thrown away of a body that was refused. */
  readonly discardLimitBytes: number;
}

const origin = /^https?:\/\/[^/?#]*/i;

/**
 * The path of a request target. Clients that join a base with a trailing slash send `//v1/…`; proxies may send the
 * absolute form.
 */
export function parseRequestPath(target: string): string {
  const path = target.replace(origin, '').split(/[?#]/, 1)[0] ?? '';
  return path.replace(/\/{2,}/g, '/') || '/';
}
