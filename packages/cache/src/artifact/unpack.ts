import { decompress } from './compression.ts';
import { InvalidArtifact } from './invalid-artifact.ts';
import type { ArtifactLimits } from './limits.ts';

/** Unpacks, and refuses what grows out of proportion: a few bytes must not fill the disk. */
export async function* unpack(packed: AsyncIterable<Uint8Array>, limits: ArtifactLimits): AsyncGenerator<Uint8Array> {
  const count = { packed: 0, unpacked: 0 };
  for await (const chunk of decompress(countBytes(packed, count))) {
    count.unpacked += chunk.byteLength;
    if (count.unpacked > limits.freeExpansionBytes && count.unpacked > count.packed * limits.maxExpansion) {
      throw new InvalidArtifact(`it unpacks to more than ${limits.maxExpansion} times its size`);
    }
    yield chunk;
  }
}

async function* countBytes(bytes: AsyncIterable<Uint8Array>, count: { packed: number }): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    count.packed += chunk.byteLength;
    yield chunk;
  }
}
