import { deserialize } from 'node:v8';

const header = /^NX_MSG_(\d{1,9}):/;
const longestHeader = 'NX_MSG_123456789:'.length;
/** What a task has to say about itself is short. */
const longestMessageBytes = 64 * 1024;

/**
 * Takes messages out of what comes over one of Nx's sockets: `NX_MSG_<bytes>:`, then JSON, or a value as V8 writes it,
 * which starts with 0xff (`utils/consume-messages-from-socket.js` of Nx 24).
 */
export class FramedMessages {
  #rest: Buffer = Buffer.alloc(0);
  #isBroken = false;

  /** What came is none of these messages, or too long: nothing is taken any more. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  take(chunk: Buffer): readonly unknown[] {
    if (this.#isBroken) return [];
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const taken: unknown[] = [];
    for (let found = this.#takeOne(); found !== null; found = this.#takeOne()) taken.push(found.value);
    return taken;
  }

  #takeOne(): { readonly value: unknown } | null {
    const start = this.#rest.toString('latin1', 0, longestHeader);
    const [prefix, digits] = header.exec(start) ?? [];
    if (prefix === undefined) {
      this.#isBroken = start.length === longestHeader;
      return null;
    }
    const sizeBytes = Number(digits);
    if (sizeBytes > longestMessageBytes) {
      this.#isBroken = true;
      return null;
    }
    const end = prefix.length + sizeBytes;
    if (this.#rest.length < end) return null;
    const body = this.#rest.subarray(prefix.length, end);
    this.#rest = this.#rest.subarray(end);
    return this.#read(body);
  }

  #read(body: Buffer): { readonly value: unknown } | null {
    try {
      return { value: body[0] === 0xff ? deserialize(body) : JSON.parse(body.toString('utf8')) };
    } catch {
      this.#isBroken = true;
      return null;
    }
  }
}
