export type OutputStream = 'stdout' | 'stderr';

/**
 * Turns chunks of bytes into text. A character that is split between two chunks comes out whole with
 * the second one; the streams do not mix. Bytes that are not UTF-8 become U+FFFD.
 */
export class OutputDecoder {
  readonly #decoders = new Map<OutputStream, TextDecoder>();

  decode(stream: OutputStream, chunk: Uint8Array): string {
    let decoder = this.#decoders.get(stream);
    if (decoder === undefined) {
      decoder = new TextDecoder('utf-8', { ignoreBOM: true });
      this.#decoders.set(stream, decoder);
    }
    return decoder.decode(chunk, { stream: true });
  }

  /** What is left of characters that never came to their end. */
  flush(): readonly { readonly stream: OutputStream; readonly text: string }[] {
    return [...this.#decoders]
      .map(([stream, decoder]) => ({ stream, text: decoder.decode() }))
      .filter(({ text }) => text !== '');
  }
}
