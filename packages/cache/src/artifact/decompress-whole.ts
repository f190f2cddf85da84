import { gunzipSync, zstdDecompressSync, type ZlibOptions, type ZstdOptions } from 'node:zlib';
import { InvalidArtifact } from './invalid-artifact.ts';

/** What is larger goes through a stream, beside whatever else is done. */
export const maxWholeBytes = 256 * 1024;
const maxUnpackedBytes = 4 * 1024 * 1024;
const chunkSize = 64 * 1024;

/**
 * Unpacks a small body at once: setting up a stream takes longer than that. Null where it turns out large. Throws what
 * zlib throws, and `InvalidArtifact` where something follows the frame.
 */
export function decompressWhole(packed: Buffer, kind: 'zstd' | 'gzip'): Buffer | null {
  const options = { chunkSize, maxOutputLength: maxUnpackedBytes, info: true } satisfies ZlibOptions & ZstdOptions;
  try {
    const { buffer, engine } = (kind === 'zstd'
      ? zstdDecompressSync(packed, options)
      : gunzipSync(packed, options)) as unknown as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
    if (engine.bytesWritten < packed.length) throw new InvalidArtifact('there are bytes after the end of the archive');
    return buffer;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return null;
    throw error;
  }
}
