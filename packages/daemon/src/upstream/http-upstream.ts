import {
  describeFailure,
  openRemoteConnection,
  UnexpectedStatus,
  type RemoteConnection,
  type RemoteConnectionOptions,
  type TransportRequest,
  type TransportResponse,
} from '@larder/cache';
import { turborepoEchoHeaders } from '@larder/protocol';
import type { EntryAttributes } from '../entries/entry.ts';
import { artifactPath, UpstreamTrouble, type Received, type Upstream } from './upstream.ts';

export interface HttpUpstreamOptions extends RemoteConnectionOptions {
  /** For the whole of a download: somebody waits for it. */
  readonly downloadMs: number;
  /** For the whole of an upload, which goes on in the background. */
  readonly uploadMs: number;
}

/** A kept-alive connection breaks whenever the server closes it in that moment. */
const maxAttempts = 2;

/** Speaks to a server in the protocol of the client that asked, so that the server's scopes apply as they do to it. */
export function createHttpUpstream(options: HttpUpstreamOptions): Upstream {
  let opening: Promise<RemoteConnection> | null = null;
  const connect = async (): Promise<RemoteConnection> => {
    opening ??= openRemoteConnection(options);
    try {
      return await opening;
    } catch (error) {
      // A file of certificates that cannot be read now may be readable later.
      opening = null;
      throw error;
    }
  };
  const send = async (request: () => Omit<TransportRequest, 'token'>, signal: AbortSignal) => {
    const connection = await connect();
    for (let attempts = 1; ; attempts += 1) {
      try {
        return await connection.send(request(), signal);
      } catch (error) {
        if (attempts >= maxAttempts || signal.aborted || !describeFailure(error).canRetry) throw error;
      }
    }
  };
  return {
    read: async (key, outer) => {
      const signal = within(outer, options.downloadMs);
      return await explain(async () => {
        const url = `${options.url}${artifactPath(key)}`;
        return await receive(await send(() => ({ method: 'GET', url, headers: {}, body: null }), signal));
      });
    },
    write: async (key, entry, outer) => {
      const signal = within(outer, options.uploadMs);
      const url = `${options.url}${artifactPath(key)}`;
      const headers = {
        ...entry.attributes,
        'content-type': 'application/octet-stream',
        'content-length': String(entry.sizeBytes),
      };
      await explain(async () => {
        const response = await send(() => ({ method: 'PUT', url, headers, body: entry.open() }), signal);
        // A 409 says that somebody else stored it first: as good as stored.
        if (response.status !== 409 && !isSuccess(response)) await refuse(response);
        await response.discard();
      });
    },
    close: () => {
      void opening?.then((connection) => connection.close()).catch(() => {});
    },
  };
}

function within(outer: AbortSignal, ms: number): AbortSignal {
  return AbortSignal.any([outer, AbortSignal.timeout(ms)]);
}

async function receive(response: TransportResponse): Promise<Received | null> {
  if (response.status === 404) {
    await response.discard();
    return null;
  }
  if (response.status !== 200) return await refuse(response);
  const announced = response.headers['content-length'];
  const sizeBytes = typeof announced === 'string' ? Number(announced) : null;
  return { sizeBytes, attributes: readAttributes(response), body: readBody(response, sizeBytes) };
}

async function* readBody({ body }: TransportResponse, sizeBytes: number | null): AsyncGenerator<Uint8Array> {
  let receivedBytes = 0;
  try {
    for await (const chunk of body) {
      receivedBytes += chunk.byteLength;
      yield chunk;
    }
  } catch (error) {
    throw toTrouble(error);
  }
  if (sizeBytes !== null && sizeBytes !== receivedBytes) throw new UpstreamTrouble('server', 'the transfer broke off');
}

/** The headers that turbo wants back as they were. */
function readAttributes({ headers }: TransportResponse): EntryAttributes {
  const pairs = turborepoEchoHeaders.map((name) => [name, headers[name]] as const);
  return Object.fromEntries(pairs.filter((pair): pair is [(typeof pair)[0], string] => isPlain(pair[1])));
}

function isPlain(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]{1,512}$/.test(value);
}

async function explain<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw toTrouble(error);
  }
}

function toTrouble(error: unknown): UpstreamTrouble {
  if (error instanceof UpstreamTrouble) return error;
  const { error: described, reach } = describeFailure(error);
  const { code, message } = described;
  const isSilent = code === 'remote-timeout' || isTimeout(error);
  const text = isTimeout(error) ? 'the transfer took too long' : message;
  if (isSilent) return new UpstreamTrouble('silent', text, { cause: error });
  return new UpstreamTrouble(reach === 'counted' ? 'server' : reach === 'request' ? 'request' : 'direction', text, {
    cause: error,
  });
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError';
}

function isSuccess({ status }: TransportResponse): boolean {
  return status >= 200 && status < 300;
}

async function refuse(response: TransportResponse): Promise<never> {
  throw new UnexpectedStatus(response.status, await readText(response), null);
}

const maxTextBytes = 2048;

/** What the server says in words, on one line; a longer answer is no explanation. */
async function readText({ body }: TransportResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      sizeBytes += chunk.byteLength;
      if (sizeBytes > maxTextBytes) return '';
    }
  } catch {
    // The status says enough.
    return '';
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/[\x00-\x1f\x7f-\x9f]+/g, ' ')
    .trim()
    .slice(0, 300);
}
