import { parseRetryAfter } from './pacing.ts';
import { UnexpectedStatus } from './remote-failure.ts';
import type { TransportResponse } from './transport.ts';

const maxDetailBytes = 64 * 1024;

/** The value of a header that may be there once. */
export function headerOf({ headers }: TransportResponse, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** For an answer that was not expected: throws it, with what `parseDetail` finds in its body. */
export async function rejectStatus(
  response: TransportResponse,
  parseDetail: (body: unknown) => string,
): Promise<never> {
  const retryAfterMs = parseRetryAfter(headerOf(response, 'retry-after'), Date.now());
  throw new UnexpectedStatus(response.status, await readDetail(response, parseDetail), retryAfterMs);
}

/** The status says enough where the body does not come or is no JSON. */
async function readDetail(response: TransportResponse, parseDetail: (body: unknown) => string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of response.body) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > maxDetailBytes) return '';
      chunks.push(chunk);
    }
    return parseDetail(JSON.parse(Buffer.concat(chunks).toString('utf8')));
  } catch {
    return '';
  }
}
