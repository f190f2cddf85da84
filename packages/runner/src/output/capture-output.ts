/**
 * Keeps the output of a task for its artifact: all of it up to `capBytes`, and beyond that the first
 * and the last halves with a line between them that says how much is missing. Never holds more than
 * about `capBytes`, however the output is cut into chunks.
 */
export class OutputCapture {
  readonly #headCap: number;
  readonly #tailCap: number;
  #head = new Uint8Array(0);
  #headLength = 0;
  /** A ring: the last `#tailCap` bytes beyond the head. */
  #tail: Uint8Array | null = null;
  #tailTotal = 0;

  constructor(capBytes: number) {
    this.#headCap = Math.ceil(capBytes / 2);
    this.#tailCap = Math.max(1, capBytes - this.#headCap);
  }

  append(chunk: Uint8Array): void {
    const forHead = Math.min(chunk.length, this.#headCap - this.#headLength);
    if (forHead > 0) this.#appendToHead(chunk.subarray(0, forHead));
    if (forHead < chunk.length) this.#appendToTail(chunk.subarray(forHead));
  }

  toBytes(): Uint8Array {
    const head = this.#head.subarray(0, this.#headLength);
    const tail = this.#orderedTail();
    if (this.#tailTotal <= this.#tailCap) return Buffer.concat([head, tail]);
    const keptHead = head.subarray(0, endOfLastLine(head));
    const keptTail = tail.subarray(startOfNextLine(tail));
    const leftOut = this.#headLength + this.#tailTotal - keptHead.length - keptTail.length;
    return Buffer.concat([keptHead, Buffer.from(`[${leftOut} bytes of output left out]\n`), keptTail]);
  }

  #appendToHead(bytes: Uint8Array): void {
    const needed = this.#headLength + bytes.length;
    if (needed > this.#head.length) {
      const grown = new Uint8Array(Math.min(this.#headCap, Math.max(needed, this.#head.length * 2)));
      grown.set(this.#head.subarray(0, this.#headLength));
      this.#head = grown;
    }
    this.#head.set(bytes, this.#headLength);
    this.#headLength = needed;
  }

  #appendToTail(bytes: Uint8Array): void {
    this.#tail ??= new Uint8Array(this.#tailCap);
    const kept = bytes.subarray(Math.max(0, bytes.length - this.#tailCap));
    const position = (this.#tailTotal + bytes.length - kept.length) % this.#tailCap;
    const untilEnd = Math.min(kept.length, this.#tailCap - position);
    this.#tail.set(kept.subarray(0, untilEnd), position);
    this.#tail.set(kept.subarray(untilEnd), 0);
    this.#tailTotal += bytes.length;
  }

  #orderedTail(): Uint8Array {
    if (this.#tail === null) return new Uint8Array(0);
    if (this.#tailTotal <= this.#tailCap) return this.#tail.subarray(0, this.#tailTotal);
    const oldest = this.#tailTotal % this.#tailCap;
    return Buffer.concat([this.#tail.subarray(oldest), this.#tail.subarray(0, oldest)]);
  }
}

const newline = 0x0a;

function endOfLastLine(bytes: Uint8Array): number {
  const last = bytes.lastIndexOf(newline);
  return last >= 0 ? last + 1 : startOfCharacterAtEnd(bytes);
}

function startOfNextLine(bytes: Uint8Array): number {
  const first = bytes.indexOf(newline);
  if (first >= 0 && first + 1 < bytes.length) return first + 1;
  const start = bytes.findIndex((byte) => !isContinuation(byte));
  return Math.max(0, start);
}

/** Where one enormous line is cut, it is cut between characters. */
function startOfCharacterAtEnd(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(4, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (!isContinuation(byte)) return back >= characterLength(byte) ? bytes.length : bytes.length - back;
  }
  return bytes.length;
}

function characterLength(firstByte: number): number {
  if (firstByte >= 0xf0) return 4;
  if (firstByte >= 0xe0) return 3;
  return firstByte >= 0xc0 ? 2 : 1;
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
