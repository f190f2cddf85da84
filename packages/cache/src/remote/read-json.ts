import { StoreError } from '@larder/core';
import type { TransportResponse } from './transport.ts';

/** The body of an answer, read no further than `limitBytes`. Throws `StoreError` where it is longer or no JSON. */
export async function readJson({ body }: TransportResponse, limitBytes: number): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > limitBytes) throw new StoreError('remote-error', `the answer is over ${limitBytes} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (error) {
    throw new StoreError('remote-error', 'the answer is no JSON', { cause: error });
  }
}
