import type { ByteSource } from './byte-source.ts';
import { InvalidArtifact } from './invalid-artifact.ts';
import { decodePlainHeader, isPlainHeaderOf } from './plain-header.ts';
import { waitFor, type Steps } from './steps.ts';
import { loadTarCodec, type TarCodec } from './tar-codec.ts';
import { blockBytes, paddingOf, type TarEntry } from './tar-entry.ts';

const maxExtendedBytes = 64 * 1024;
const maxTrailingBytes = 64 * 1024;

/** Reads the members of an archive that must hold exactly what its reader expects, in that order. */
export class TarReader {
  readonly #source: ByteSource;
  /** Loaded when the first header comes that is not plain. */
  #codec: TarCodec | null = null;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /**
   * The next header; the caller takes its body, then calls `skipPadding`. Throws where the archive has ended. Comparing
   * with what the header is likely to be spares decoding it.
   */
  *readEntry(likely: TarEntry | null = null): Steps<TarEntry> {
    const entry = yield* this.readEntryOrEnd(likely);
    if (entry === null) throw new InvalidArtifact('the archive ends before its last entry');
    return entry;
  }

  /** As `readEntry`, and null at the zeros that end an archive whose number of members nobody knows. */
  *readEntryOrEnd(likely: TarEntry | null = null): Steps<TarEntry | null> {
    let extended: string | null = null;
    for (;;) {
      const block = yield* this.#source.take(blockBytes);
      if (likely !== null && extended === null && isPlainHeaderOf(block, likely)) return likely;
      const plain = extended === null ? decodePlainHeader(block) : null;
      if (plain !== null) return plain;
      if (isZero(block)) return null;
      this.#codec ??= yield* waitFor(loadTarCodec());
      const header = this.#codec.decode(block, extended);
      if (header.kind === 'entry') return header.entry;
      if (extended !== null) throw new InvalidArtifact('two extended headers follow each other');
      extended = yield* this.#readExtended(header.sizeBytes);
    }
  }

  *skipPadding(sizeBytes: number): Steps<void> {
    const padding = paddingOf(sizeBytes);
    if (padding > 0) yield* this.#source.skip(padding);
  }

  /** Two zero blocks end an archive; more zeros may fill it up, and nothing else may follow. */
  *expectEnd(): Steps<void> {
    const end = yield* this.#source.take(2 * blockBytes);
    if (!isZero(end)) throw new InvalidArtifact('the archive has an entry that its manifest does not name');
    let trailing = 0;
    for (let rest = yield* this.#source.takeRest(); rest !== null; rest = yield* this.#source.takeRest()) {
      trailing += rest.length;
      if (trailing > maxTrailingBytes || !isZero(rest))
        throw new InvalidArtifact('bytes follow the end of the archive');
    }
  }

  *#readExtended(sizeBytes: number): Steps<string> {
    if (sizeBytes > maxExtendedBytes) throw new InvalidArtifact('an extended header is over 64 KiB');
    const body = yield* this.#source.take(sizeBytes);
    yield* this.skipPadding(sizeBytes);
    return body.toString('utf8');
  }
}

function isZero(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte !== 0) return false;
  return true;
}
