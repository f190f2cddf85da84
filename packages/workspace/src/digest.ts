import { asDigest } from '@larder/core';
import type { Digest, DigestFunction } from '@larder/core';
import { loadXxhash } from './load-xxhash.ts';

const xxhash = loadXxhash();

/**
 * xxh3-128 with the default secret and seed 0, as specified by
 * https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md; 32 lowercase hex digits.
 */
export const digest: DigestFunction = (content) => asDigest(digestBytes(content).toString('hex'));

/** The 16 bytes behind `digest`, for tables that keep many of them. */
export function digestBytes(content: Uint8Array | string): Buffer {
  return xxhash.XXHash128.hash(toBuffer(content));
}

/** Digests a content that arrives in pieces: the same result as `digest` over all of them together. */
export class StreamingDigest {
  readonly #hasher = new xxhash.XXHash128(Buffer.alloc(4));

  update(chunk: Uint8Array): void {
    this.#hasher.update(toBuffer(chunk));
  }

  finish(): Digest {
    return asDigest(this.finishBytes().toString('hex'));
  }

  finishBytes(): Buffer {
    return this.#hasher.digest();
  }
}

/**
 * The native code trusts its caller: anything but a Buffer crashes the process or hashes as empty.
 * So values that only claim to be bytes, which JavaScript callers can produce, end here.
 */
function toBuffer(content: unknown): Buffer {
  if (typeof content === 'string') return Buffer.from(content, 'utf8');
  if (Buffer.isBuffer(content)) return content;
  if (content instanceof Uint8Array) return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  throw new TypeError(`digest takes bytes or text, not ${content === null ? 'null' : typeof content}`);
}
