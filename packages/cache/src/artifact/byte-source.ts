import { InvalidArtifact } from './invalid-artifact.ts';

const nothing = Buffer.alloc(0);

/** Cuts a stream of bytes into pieces. What is buffered is given without waiting; what is not, is waited for. */
export class ByteSource {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #buffered: Buffer = nothing;

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#iterator = bytes[Symbol.asyncIterator]();
  }

  /** Exactly `sizeBytes`, or null where fewer are buffered: then `take` has to wait for them. */
  takeBuffered(sizeBytes: number): Buffer | null {
    if (this.#buffered.length < sizeBytes) return null;
    const taken = this.#buffered.subarray(0, sizeBytes);
    this.#buffered = this.#buffered.subarray(sizeBytes);
    return taken;
  }

  /** Exactly `sizeBytes` in one piece; throws `InvalidArtifact` where the stream ends before. */
  async take(sizeBytes: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    let missing = sizeBytes;
    while (missing > 0) {
      const piece = await this.takeSome(missing);
      pieces.push(piece);
      missing -= piece.length;
    }
    return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
  }

  /** From one byte up to `maxBytes`, as they come. */
  async takeSome(maxBytes: number): Promise<Buffer> {
    while (this.#buffered.length === 0) {
      if (!(await this.#pull())) throw new InvalidArtifact('the archive ends too early');
    }
    return this.takeBuffered(Math.min(maxBytes, this.#buffered.length)) ?? nothing;
  }

  /** The next chunk, of any size, or null at the end. */
  async takeRest(): Promise<Buffer | null> {
    while (this.#buffered.length === 0) if (!(await this.#pull())) return null;
    return this.takeBuffered(this.#buffered.length);
  }

  /** Gives the stream back, read to its end or not. */
  async close(): Promise<void> {
    await this.#iterator.return?.();
  }

  async #pull(): Promise<boolean> {
    const next = await this.#iterator.next();
    if (next.done === true) return false;
    const { buffer, byteOffset, byteLength } = next.value;
    this.#buffered = Buffer.from(buffer, byteOffset, byteLength);
    return true;
  }
}
