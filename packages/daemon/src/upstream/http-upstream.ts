import { Agent, request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as TlsAgent, request as requestHttps } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { rootCertificates } from 'node:tls';
import { turborepoEchoHeaders } from '@larder/protocol';
import type { EntryAttributes, EntryKey } from '../entries/entry.ts';
import { TransferDeadline } from './transfer-deadline.ts';
import { artifactPath, UpstreamTrouble, type Received, type Upstream } from './upstream.ts';

export interface HttpUpstreamOptions {
  /** http or https; may hold a path prefix, without a slash at its end. */
  readonly url: string;
  readonly token: string | null;
  /** For the answer to begin, and for each pause of a body. */
  readonly idleMs: number;
  /** For a whole transfer. */
  readonly transferMs: number;
  readonly maxConnections: number;
  /** PEM, trusted besides those that Node brings; null: none. */
  readonly certificateAuthorities: string | null;
}

/** Speaks to a server in the protocol of the client that asked, so that the server's scopes apply as they do to it. */
export function createHttpUpstream(options: HttpUpstreamOptions): Upstream {
  const isTls = options.url.startsWith('https:');
  const agentOptions = { keepAlive: true, maxSockets: options.maxConnections };
  const ca = options.certificateAuthorities;
  const agent = isTls
    ? new TlsAgent({ ...agentOptions, ...(ca === null ? {} : { ca: [...rootCertificates, ca] }) })
    : new Agent(agentOptions);
  const request = isTls ? requestHttps : requestHttp;

  const send = async (
    key: EntryKey,
    call: {
      readonly method: 'GET' | 'PUT';
      readonly headers: EntryAttributes;
      readonly body: NodeJS.ReadableStream | null;
    },
    deadline: TransferDeadline,
  ): Promise<IncomingMessage> => {
    const authorization = options.token === null ? {} : { authorization: `Bearer ${options.token}` };
    const sent: RequestOptions = {
      agent,
      method: call.method,
      headers: { ...call.headers, ...authorization },
      signal: deadline.signal,
    };
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const outgoing = request(`${options.url}${artifactPath(key)}`, sent, resolve);
    outgoing.on('error', reject);
    if (call.body === null) outgoing.end();
    else pipeline(call.body, deadline.watch, outgoing).catch(reject);
    return await promise;
  };

  return {
    read: async (key, signal) => {
      const deadline = new TransferDeadline(signal, options);
      return await explain(deadline, async () => {
        const response = await send(key, { method: 'GET', headers: {}, body: null }, deadline);
        return await receive(response, deadline);
      });
    },
    write: async (key, entry, signal) => {
      const deadline = new TransferDeadline(signal, options);
      const headers = {
        ...entry.attributes,
        'content-type': 'application/octet-stream',
        'content-length': String(entry.sizeBytes),
      };
      await explain(deadline, async () => {
        const response = await send(key, { method: 'PUT', headers, body: entry.open() }, deadline);
        const text = await readText(response);
        deadline[Symbol.dispose]();
        // A 409 says that somebody else stored it first: as good as stored.
        if (response.statusCode !== 409 && !isSuccess(response)) throw troubleOf(response, text);
      });
    },
    close: () => agent.destroy(),
  };
}

async function receive(response: IncomingMessage, deadline: TransferDeadline): Promise<Received | null> {
  if (response.statusCode !== 200) {
    const text = await readText(response);
    deadline[Symbol.dispose]();
    if (response.statusCode === 404) return null;
    throw troubleOf(response, text);
  }
  const announced = response.headers['content-length'];
  const sizeBytes = announced === undefined ? null : Number(announced);
  return { sizeBytes, attributes: readAttributes(response), body: readBody(response, { deadline, sizeBytes }) };
}

async function* readBody(
  response: IncomingMessage,
  { deadline, sizeBytes }: { readonly deadline: TransferDeadline; readonly sizeBytes: number | null },
): AsyncGenerator<Uint8Array> {
  let receivedBytes = 0;
  try {
    for await (const chunk of deadline.watch(response)) {
      receivedBytes += chunk.length;
      yield chunk;
    }
  } catch (error) {
    throw toTrouble(deadline, error);
  } finally {
    deadline[Symbol.dispose]();
    response.destroy();
  }
  const isWhole = response.complete && (sizeBytes === null || sizeBytes === receivedBytes);
  if (!isWhole) throw new UpstreamTrouble('server', 'the transfer broke off');
}

/** The headers that turbo wants back as they were. */
function readAttributes({ headers }: IncomingMessage): EntryAttributes {
  const pairs = turborepoEchoHeaders.map((name) => [name, headers[name]] as const);
  return Object.fromEntries(pairs.filter((pair): pair is [(typeof pair)[0], string] => isPlain(pair[1])));
}

function isPlain(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]{1,512}$/.test(value);
}

async function explain<Result>(deadline: TransferDeadline, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    deadline[Symbol.dispose]();
    throw toTrouble(deadline, error);
  }
}

function toTrouble(deadline: TransferDeadline, error: unknown): UpstreamTrouble {
  if (error instanceof UpstreamTrouble) return error;
  const { code = '', message = String(error) } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  const text = deadline.expiredBecause ?? (message === '' ? code : message);
  return new UpstreamTrouble(deadline.expiredBecause === null ? 'server' : 'silent', text, { cause: error });
}

function troubleOf({ statusCode = 0 }: IncomingMessage, text: string): UpstreamTrouble {
  const reach = statusCode === 401 || statusCode === 403 ? 'direction' : statusCode === 413 ? 'request' : 'server';
  return new UpstreamTrouble(reach, `the server answered ${statusCode}${text === '' ? '' : `: ${text}`}`);
}

function isSuccess({ statusCode = 0 }: IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 300;
}

const maxTextBytes = 2048;

/** What the server says in words, on one line; a longer answer is no explanation. */
async function readText(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response) {
    text += String(chunk);
    if (text.length <= maxTextBytes) continue;
    response.destroy();
    return '';
  }
  return text
    .replace(/[\x00-\x1f\x7f-\x9f]+/g, ' ')
    .trim()
    .slice(0, 300);
}
