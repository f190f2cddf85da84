import {
  constants,
  createGunzip,
  createGzip,
  createZstdCompress,
  createZstdDecompress,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import type { Transform } from 'node:stream';
import { decompressWhole, maxWholeBytes } from './decompress-whole.ts';
import { waitForRoom } from '../store/wait-for-room.ts';
import { InvalidArtifact } from './invalid-artifact.ts';

/** Measured: decompression of large bodies doubles in speed against zlib's default of 16 KiB. */
const largeChunkBytes = 256 * 1024;
const smallBytes = 32 * 1024;

/** zstd level 3: 320 MB/s at 24 % where level 1 has 400 MB/s at 27 %, and bytes on the wire cost more than that. */
const zstdLevel = 3;
const gzipLevel = 6;

/** zstd with a checksum of the contents, so that a flipped bit is noticed; gzip where the running Node has no zstd. */
export function createCompressor(): Transform {
  if (!hasZstd()) return createGzip({ level: gzipLevel });
  return createZstdCompress({ chunkSize: 64 * 1024, params: zstdParams() });
}

/** The same at once, for what is in memory and small: setting up a stream takes longer than that. */
export function compressWhole(bytes: Uint8Array): Buffer {
  // Room for all of it and no more: by default 128 KiB are taken, and held by what comes out of them.
  const chunkSize = bytes.byteLength + (bytes.byteLength >>> 7) + 256;
  if (!hasZstd()) return gzipSync(bytes, { level: gzipLevel, chunkSize });
  return zstdCompressSync(bytes, { params: zstdParams(), pledgedSrcSize: bytes.byteLength, chunkSize });
}

/** A function, so that who only looks for an artifact does not load zlib. */
function zstdParams(): Record<number, number> {
  return { [constants.ZSTD_c_compressionLevel]: zstdLevel, [constants.ZSTD_c_checksumFlag]: 1 };
}

/** Decodes zstd, gzip or nothing, told apart by the first bytes. Throws `InvalidArtifact` on damage and on trailing bytes. */
export async function* decompress(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  let decoder: Transform | null = null;
  try {
    const head = await readHead(iterator);
    const next = head.length <= maxWholeBytes ? await iterator.next() : null;
    const whole = next?.done === true ? unpackWhole(head) : null;
    if (whole !== null) return yield whole;
    decoder = createDecoder(head);
    const rest = prepend(next?.done === false ? [head, next.value] : [head], iterator);
    if (decoder === null) yield* rest;
    else yield* pump(rest, decoder);
  } catch (error) {
    throw isDamage(error) ? new InvalidArtifact(`the bytes are damaged: ${error.message}`, { cause: error }) : error;
  } finally {
    await iterator.return?.();
  }
}

async function* pump(source: AsyncIterable<Uint8Array>, decoder: Transform): AsyncGenerator<Uint8Array> {
  const state = { ended: false };
  const feeding = feed(source, decoder, state);
  feeding.catch((error: unknown) => decoder.destroy(error as Error));
  try {
    // Who follows it with other bytes leaves it unfinished, which its own iterator would call an abort.
    yield* decoder.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
    state.ended = true;
    decoder.destroy();
    await feeding;
  } finally {
    decoder.destroy();
    await feeding.catch(() => {});
  }
}

async function feed(source: AsyncIterable<Uint8Array>, decoder: Transform, state: { ended: boolean }): Promise<void> {
  for await (const chunk of source) {
    if (state.ended) throw new InvalidArtifact('there are bytes after the end of the archive');
    if (decoder.destroyed) return;
    if (!decoder.write(chunk)) await waitForRoom(decoder);
  }
  if (!decoder.destroyed) decoder.end();
}

async function readHead(iterator: AsyncIterator<Uint8Array>): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < 4) {
    const next = await iterator.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  return head;
}

async function* prepend(heads: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* heads;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/** Null where it is better unpacked by a stream. */
function unpackWhole(packed: Buffer): Buffer | null {
  const encoding = recognize(packed);
  return encoding === 'plain' ? packed : decompressWhole(packed, encoding);
}

function createDecoder(head: Buffer): Transform | null {
  // A body that comes in small pieces needs no large buffers.
  const chunkSize = head.length < smallBytes ? smallBytes : largeChunkBytes;
  switch (recognize(head)) {
    case 'zstd':
      return createZstdDecompress({ chunkSize });
    case 'gzip':
      return createGunzip({ chunkSize });
    case 'plain':
      return null;
  }
}

function recognize(head: Buffer): 'zstd' | 'gzip' | 'plain' {
  if (head.length >= 4 && head.readUInt32LE(0) === 0xfd2fb528) {
    if (!hasZstd()) throw new InvalidArtifact('the artifact needs zstd, which this Node does not have');
    return 'zstd';
  }
  return head[0] === 0x1f && head[1] === 0x8b ? 'gzip' : 'plain';
}

function hasZstd(): boolean {
  return typeof createZstdCompress === 'function';
}

function isDamage(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && /^(Z_|ZSTD_)/.test(String(error.code));
}
