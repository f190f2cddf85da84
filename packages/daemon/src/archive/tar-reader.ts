import { ArchiveProblem } from './archive-problem.ts';
import { PathRules } from './path-rules.ts';
import { parsePax, parseTarHeader, tarBlockBytes, type TarHeader } from './tar-header.ts';

const maxEntries = 500_000;
const maxLongNameBytes = 64 * 1024;

type Next =
  | { readonly kind: 'header' }
  | { readonly kind: 'text'; readonly of: 'name' | 'target' | 'pax'; readonly sizeBytes: number }
  | { readonly kind: 'end' };

/**
 * Walks through a tar (POSIX.1-1988 headers with GNU's long names or POSIX.1-2001's) without keeping what the files
 * hold. Takes regular files, folders and symbolic links that stay inside; throws `ArchiveProblem` at anything else.
 */
export class TarReader {
  readonly #rules = new PathRules();
  #next: Next = { kind: 'header' };
  #buffered: Buffer = Buffer.alloc(0);
  #skippedBytes = 0;
  #entries = 0;
  #longName: string | null = null;
  #longTarget: string | null = null;
  #last: { readonly name: string; readonly sizeBytes: number } | null = null;

  push(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#skippedBytes > 0) {
        const skipped = Math.min(this.#skippedBytes, rest.length);
        this.#skippedBytes -= skipped;
        rest = rest.subarray(skipped);
        continue;
      }
      const missing = this.#wantedBytes() - this.#buffered.length;
      this.#buffered = Buffer.concat([this.#buffered, rest.subarray(0, missing)]);
      rest = rest.subarray(missing);
      if (this.#buffered.length === this.#wantedBytes()) this.#take(this.#takeBuffered());
    }
  }

  /** The last entry. Throws where the archive stops before its end. */
  finish(): { readonly name: string; readonly sizeBytes: number } {
    if (this.#next.kind !== 'end' || this.#last === null) throw new ArchiveProblem('the archive is cut off or empty');
    return this.#last;
  }

  #wantedBytes(): number {
    return this.#next.kind === 'text' ? padded(this.#next.sizeBytes) : tarBlockBytes;
  }

  #takeBuffered(): Buffer {
    const block = this.#buffered;
    this.#buffered = Buffer.alloc(0);
    return block;
  }

  #take(block: Buffer): void {
    switch (this.#next.kind) {
      case 'header':
        return this.#takeHeader(block);
      case 'text':
        return this.#takeText(block.subarray(0, this.#next.sizeBytes), this.#next.of);
      case 'end':
        if (!isZero(block)) throw new ArchiveProblem('something follows the end of the archive');
    }
  }

  #takeHeader(block: Buffer): void {
    if (isZero(block)) {
      this.#next = { kind: 'end' };
      return;
    }
    const header = parseTarHeader(block);
    const of = longTextOf(header.type);
    if (of === null) return this.#takeEntry(header);
    if (header.sizeBytes > maxLongNameBytes || header.sizeBytes === 0) throw new ArchiveProblem('a name is too long');
    this.#next = { kind: 'text', of, sizeBytes: header.sizeBytes };
  }

  #takeText(text: Buffer, of: 'name' | 'target' | 'pax'): void {
    this.#next = { kind: 'header' };
    if (of === 'name') this.#longName = untilNul(text);
    else if (of === 'target') this.#longTarget = untilNul(text);
    else {
      const { path, linkpath } = parsePax(text);
      this.#longName = path ?? this.#longName;
      this.#longTarget = linkpath ?? this.#longTarget;
    }
  }

  #takeEntry(header: TarHeader): void {
    this.#entries += 1;
    if (this.#entries > maxEntries) throw new ArchiveProblem(`there are more than ${maxEntries} entries`);
    const name = this.#longName ?? header.name;
    const target = this.#longTarget ?? header.linkTarget;
    this.#longName = null;
    this.#longTarget = null;
    this.#judge(header, name, target);
    this.#last = { name, sizeBytes: header.sizeBytes };
    this.#skippedBytes = padded(header.sizeBytes);
  }

  #judge({ type, sizeBytes }: TarHeader, name: string, target: string): void {
    if (type === '0' || type === '\0') return this.#rules.addEntry(name);
    if (sizeBytes > 0) throw new ArchiveProblem(`${JSON.stringify(name.slice(0, 200))} is no file and has bytes`);
    if (type === '5') return this.#rules.addEntry(name);
    if (type === '2') return this.#rules.addLink(name, target);
    throw new ArchiveProblem(
      `${JSON.stringify(name.slice(0, 200))} is neither a file nor a folder nor a symbolic link`,
    );
  }
}

function longTextOf(type: string): 'name' | 'target' | 'pax' | null {
  return type === 'L' ? 'name' : type === 'K' ? 'target' : type === 'x' ? 'pax' : null;
}

function padded(sizeBytes: number): number {
  return Math.ceil(sizeBytes / tarBlockBytes) * tarBlockBytes;
}

function untilNul(text: Buffer): string {
  const end = text.indexOf(0);
  return text.toString('utf8', 0, end === -1 ? text.length : end);
}

function isZero(block: Buffer): boolean {
  return block.every((byte) => byte === 0);
}
