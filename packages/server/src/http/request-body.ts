import { BodyBrokenOff } from '../storage/storage.ts';
import type { Exchange } from './exchange.ts';

/**
 * The body as it comes in; throws `BodyBrokenOff` where the sender goes away. Leaving the loop early keeps the
 * connection, so that an answer can still be sent.
 */
export async function* readRequestBody({ request, response, awaitsContinue }: Exchange): AsyncGenerator<Uint8Array> {
  if (awaitsContinue) response.writeContinue();
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) yield chunk as Buffer;
  } catch (error) {
    throw new BodyBrokenOff('The sender went away.', { cause: error });
  }
  if (!request.complete) throw new BodyBrokenOff('The sender went away.');
}

/** The announced length of the body, or null where it comes in chunks. Node has checked the header's syntax. */
export function announcedSizeBytes({ request }: Exchange): number | null {
  const text = request.headers['content-length'];
  return text === undefined ? null : Number(text);
}

export type JsonBody =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'too-large' | 'malformed' | 'broken-off' };

export async function readJsonBody(exchange: Exchange, limitBytes: number): Promise<JsonBody> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of readRequestBody(exchange)) {
      sizeBytes += chunk.length;
      if (sizeBytes > limitBytes) return { kind: 'too-large' };
      chunks.push(chunk);
    }
    return { kind: 'json', value: JSON.parse(Buffer.concat(chunks).toString('utf8')) };
  } catch (error) {
    if (error instanceof BodyBrokenOff) return { kind: 'broken-off' };
    if (error instanceof SyntaxError) return { kind: 'malformed' };
    throw error;
  }
}
