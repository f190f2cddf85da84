import type { ByteSource } from './byte-source.ts';
import { InvalidArtifact } from './invalid-artifact.ts';
import type { TarCodec } from './tar-codec.ts';
import { blockBytes, paddingOf, type TarEntry } from './tar-entry.ts';

const maxExtendedBytes = 64 * 1024;
const maxTrailingBytes = 64 * 1024;

/** Reads the members of an archive that must hold exactly what its reader expects, in that order. */
export class TarReader {
  readonly #source: ByteSource;
  readonly #codec: TarCodec;

  constructor(source: ByteSource, codec: TarCodec) {
    this.#source = source;
    this.#codec = codec;
  }

  /** The next header; the caller takes its body, then calls `skipPadding`. Throws where the archive has ended. */
  async readEntry(): Promise<TarEntry> {
    const entry = await this.readEntryOrEnd();
    if (entry === null) throw new InvalidArtifact('the archive ends before its last entry');
    return entry;
  }

  /** As `readEntry`, and null at the zeros that end an archive whose number of members nobody knows. */
  async readEntryOrEnd(): Promise<TarEntry | null> {
    let extended: string | null = null;
    for (;;) {
      const block = this.#source.takeBuffered(blockBytes) ?? (await this.#source.take(blockBytes));
      if (isZero(block)) return null;
      const header = this.#codec.decode(block, extended);
      if (header.kind === 'entry') return header.entry;
      if (extended !== null) throw new InvalidArtifact('two extended headers follow each other');
      extended = await this.#readExtended(header.sizeBytes);
    }
  }

  async skipPadding(sizeBytes: number): Promise<void> {
    const padding = paddingOf(sizeBytes);
    if (padding > 0 && this.#source.takeBuffered(padding) === null) await this.#source.take(padding);
  }

  /** Two zero blocks end an archive; more zeros may fill it up, and nothing else may follow. */
  async expectEnd(): Promise<void> {
    const end = await this.#source.take(2 * blockBytes);
    if (!isZero(end)) throw new InvalidArtifact('the archive has an entry that its manifest does not name');
    let trailing = 0;
    for (let rest = await this.#source.takeRest(); rest !== null; rest = await this.#source.takeRest()) {
      trailing += rest.length;
      if (trailing > maxTrailingBytes || !isZero(rest))
        throw new InvalidArtifact('bytes follow the end of the archive');
    }
  }

  async #readExtended(sizeBytes: number): Promise<string> {
    if (sizeBytes > maxExtendedBytes) throw new InvalidArtifact('an extended header is over 64 KiB');
    const body = await this.#source.take(sizeBytes);
    await this.skipPadding(sizeBytes);
    return body.toString('utf8');
  }
}

function isZero(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte !== 0) return false;
  return true;
}
