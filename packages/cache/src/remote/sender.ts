import type { Readable } from 'node:stream';

export interface SenderOptions {
  /** To one server at a time; requests beyond that wait. */
  readonly connections: number;
  /** For a connection to be made. */
  readonly timeoutMs: number;
  /** PEM file of authorities beside those that Node trusts, which `NODE_EXTRA_CA_CERTS` is among. */
  readonly caFileAbsolute: string | null;
}

export interface SentRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST';
  /** Without name and password: what stands there of them is not sent. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array> | Buffer | null;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Read to its end, the connection serves the next request; destroyed, it is closed. */
  readonly body: Readable;
}

/** HTTP/1.1 over connections that are kept for later requests. Redirects are not followed. */
export interface Sender {
  /** Settles when the answer begins. Rejects with what broke the connection, and when `signal` aborts. */
  send(request: SentRequest, signal: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}

/** An idle connection is closed after that, or sooner where the server asks for it. */
export const keepAliveMs = 10_000;
