import { stripVTControlCharacters } from 'node:util';
import { OutputDecoder } from '../output/decode-output.ts';
import type { OutputStream } from '../output/decode-output.ts';

/** A text that is split between chunks is found as long as it is no longer than this, colours included. */
const rememberedLength = 4096;

/** Watches output until every text has appeared in it, on either stream, with or without colours in between. */
export class ReadyTexts {
  readonly #missing: Set<string>;
  readonly #decoder = new OutputDecoder();
  readonly #tails = new Map<OutputStream, string>();

  constructor(texts: readonly string[]) {
    this.#missing = new Set(texts);
  }

  get missing(): readonly string[] {
    return [...this.#missing];
  }

  /** True where nothing is missing any more. */
  see(stream: OutputStream, chunk: Uint8Array): boolean {
    if (this.#missing.size === 0) return true;
    const text = `${this.#tails.get(stream) ?? ''}${this.#decoder.decode(stream, chunk)}`;
    const plain = stripVTControlCharacters(text);
    for (const wanted of this.#missing) {
      if (text.includes(wanted) || plain.includes(wanted)) this.#missing.delete(wanted);
    }
    this.#tails.set(stream, text.slice(-rememberedLength));
    return this.#missing.size === 0;
  }
}
