import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { ArchiveProblem } from './archive-problem.ts';
import { TarReader } from './tar-reader.ts';

export type CacheProtocol = 'nx' | 'turborepo';

/** What an archive may unpack to. */
const maxUnpackedBytes = 16 * 1024 ** 3;
/** gzip cannot do better than 1032; what an output folder holds hardly ever exceeds 100. */
const maxRatio = 500;
const ratioCountsFromBytes = 32 * 1024 ** 2;

/**
 * Whether a client may be given this archive; null where it may, else why not. Nx's is a gzip of a tar that ends
 * with `code`, four bytes; without that `nx` fails the run. Turborepo's is a zstd of a tar. The client unpacks
 * what it is given, and versions of it write where the names say, so names and links are judged here.
 */
export async function inspectArchive(
  protocol: CacheProtocol,
  archive: { readonly open: () => Readable; readonly sizeBytes: number },
  signal: AbortSignal,
): Promise<string | null> {
  const reader = new TarReader();
  const tail = new Tail();
  let unpackedBytes = 0;
  const watch = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of chunks) {
      unpackedBytes += chunk.length;
      refuseBombs(unpackedBytes, archive.sizeBytes);
      reader.push(chunk);
    }
  };
  const noteTail = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      tail.push(chunk);
      yield chunk;
    }
  };
  try {
    await pipeline(archive.open(), noteTail, protocol === 'nx' ? createGunzip() : createZstdDecompress(), watch, {
      signal,
    });
    const last = reader.finish();
    if (protocol === 'turborepo') return null;
    if (last.name !== 'code' || last.sizeBytes !== 4) return 'its last entry is not the exit code';
    // Nx reads one gzip member, Node reads them all: the length at the end tells whether that is the same.
    return tail.lastWord() === unpackedBytes % 2 ** 32 ? null : 'something follows the compressed data';
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof ArchiveProblem) return error.message;
    return `it cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function refuseBombs(unpackedBytes: number, sizeBytes: number): void {
  const tooDense = unpackedBytes > ratioCountsFromBytes && unpackedBytes > sizeBytes * maxRatio;
  if (tooDense || unpackedBytes > maxUnpackedBytes) throw new ArchiveProblem('it unpacks to too much');
}

/** The last four bytes of a stream. */
class Tail {
  #bytes: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): void {
    this.#bytes =
      chunk.length >= 4 ? Buffer.from(chunk.subarray(-4)) : Buffer.concat([this.#bytes, chunk]).subarray(-4);
  }

  /** Little-endian, as gzip's ISIZE (RFC 1952, 2.3.1); null where there are not four bytes. */
  lastWord(): number | null {
    return this.#bytes.length === 4 ? this.#bytes.readUInt32LE() : null;
  }
}
