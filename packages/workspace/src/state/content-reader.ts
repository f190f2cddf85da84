import { closeSync, constants, openSync, readFileSync, readlinkSync, readSync } from 'node:fs';

import { digestBytes, StreamingDigest } from '../digest.ts';
import { maxTextSizeBytes, normaliseText } from '../files/normalise-text.ts';
import type { LineEndings } from '../files/text-attributes.ts';

const chunkSizeBytes = 256 * 1024;

/**
 * What was a file a moment ago may be a pipe or a link by now: opening a pipe would wait for ever, and a
 * link may lead out of the workspace. Windows has neither flag.
 */
const openFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/**
 * Digests files through one buffer: a small file costs an open, a read and a close, a large one is streamed, so
 * memory does not grow with the size of a file.
 */
export class ContentReader {
  readonly #chunk = Buffer.allocUnsafeSlow(chunkSizeBytes);

  /** The digest of a file's bytes. `sizeBytes` is what its stat said, and need not be true any more. */
  digestFile(absolute: string, sizeBytes: number): Buffer {
    const descriptor = openSync(absolute, openFlags);
    try {
      const read = readSync(descriptor, this.#chunk, 0, chunkSizeBytes, null);
      // A size that is not what was read may be a file that is still growing: then read on to the end.
      if (read === sizeBytes && read < chunkSizeBytes) return digestBytes(this.#chunk.subarray(0, read));
      return this.#digestRest(descriptor, read);
    } finally {
      closeSync(descriptor);
    }
  }

  /** As `digestFile`, of the bytes that git would store. */
  digestText(absolute: string, sizeBytes: number, lineEndings: LineEndings): Buffer {
    if (lineEndings === 'as-is' || sizeBytes > maxTextSizeBytes) return this.digestFile(absolute, sizeBytes);
    const descriptor = openSync(absolute, openFlags);
    try {
      return digestBytes(normaliseText(readFileSync(descriptor), lineEndings));
    } finally {
      closeSync(descriptor);
    }
  }

  /** The digest of where a link points, byte by byte as it was made. */
  digestLink(absolute: string): Buffer {
    return digestBytes(readlinkSync(absolute, { encoding: 'buffer' }));
  }

  #digestRest(descriptor: number, firstSizeBytes: number): Buffer {
    const streaming = new StreamingDigest();
    let read = firstSizeBytes;
    while (read > 0) {
      streaming.update(this.#chunk.subarray(0, read));
      read = readSync(descriptor, this.#chunk, 0, chunkSizeBytes, null);
    }
    return streaming.finishBytes();
  }
}
