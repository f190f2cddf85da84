import { InvalidArtifact } from './invalid-artifact.ts';
import type { Steps } from './steps.ts';

const nothing = Buffer.alloc(0);

/** Cuts a stream of bytes into pieces. What is buffered is given at once; what is not, is waited for. */
export class ByteSource {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #buffered: Buffer = nothing;
  /** So much of it was taken. */
  #taken = 0;
  #hasEnded = false;

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#iterator = bytes[Symbol.asyncIterator]();
  }

  /** Exactly `sizeBytes`, or null where fewer are buffered: then `take` has to wait for them. */
  takeBuffered(sizeBytes: number): Buffer | null {
    if (this.#leftBytes < sizeBytes) return null;
    const start = this.#taken;
    this.#taken += sizeBytes;
    return this.#buffered.subarray(start, this.#taken);
  }

  get #leftBytes(): number {
    return this.#buffered.length - this.#taken;
  }

  /** Exactly `sizeBytes` in one piece; throws `InvalidArtifact` where the stream ends before. */
  *take(sizeBytes: number): Steps<Buffer> {
    const whole = this.takeBuffered(sizeBytes);
    if (whole !== null) return whole;
    const pieces: Buffer[] = [];
    for (let missing = sizeBytes; missing > 0;) {
      const piece = yield* this.takeSome(missing);
      pieces.push(piece);
      missing -= piece.length;
    }
    return Buffer.concat(pieces);
  }

  /** From one byte up to `maxBytes`, as they come. */
  *takeSome(maxBytes: number): Steps<Buffer> {
    yield* this.#fill();
    if (this.#leftBytes === 0) throw new InvalidArtifact('the archive ends too early');
    return this.takeBuffered(Math.min(maxBytes, this.#leftBytes)) ?? nothing;
  }

  /** As `take`, for bytes that nobody looks at. */
  *skip(sizeBytes: number): Steps<void> {
    if (this.#leftBytes >= sizeBytes) this.#taken += sizeBytes;
    else yield* this.take(sizeBytes);
  }

  /** The next chunk, of any size, or null at the end. */
  *takeRest(): Steps<Buffer | null> {
    yield* this.#fill();
    return this.#leftBytes === 0 ? null : this.takeBuffered(this.#leftBytes);
  }

  /** Gives the stream back, read to its end or not. */
  async close(): Promise<void> {
    await this.#iterator.return?.();
  }

  /** Afterwards nothing is buffered only where the stream has ended. */
  *#fill(): Steps<void> {
    while (this.#leftBytes === 0 && !this.#hasEnded) yield this.#pull();
  }

  async #pull(): Promise<void> {
    const next = await this.#iterator.next();
    if (next.done === true) {
      this.#hasEnded = true;
      return;
    }
    const { buffer, byteOffset, byteLength } = next.value;
    this.#buffered = Buffer.from(buffer, byteOffset, byteLength);
    this.#taken = 0;
  }
}
