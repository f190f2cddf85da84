/** Passes a stream on up to a mark in it, however the bytes are cut. */
export class MarkedOutput {
  readonly #mark: Buffer;
  readonly #pass: (chunk: Uint8Array) => void;
  #held = Buffer.alloc(0);
  #isOver = false;

  /** The mark begins with a byte that is rare in texts: what begins with it is held back until more is known. */
  constructor(mark: string, pass: (chunk: Uint8Array) => void) {
    this.#mark = Buffer.from(mark);
    this.#pass = pass;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  push(chunk: Uint8Array): void {
    if (this.#isOver) return;
    const bytes = Buffer.concat([this.#held, chunk]);
    const at = bytes.indexOf(this.#mark);
    this.#isOver = at >= 0;
    const end = at >= 0 ? at : this.#startOfPossibleMark(bytes);
    this.#held = this.#isOver ? Buffer.alloc(0) : bytes.subarray(end);
    if (end > 0) this.#pass(bytes.subarray(0, end));
  }

  /** Nothing more comes: what was held back was no mark. */
  flush(): void {
    if (this.#held.length > 0) this.#pass(this.#held);
    this.#held = Buffer.alloc(0);
  }

  #startOfPossibleMark(bytes: Buffer): number {
    const from = Math.max(0, bytes.length - this.#mark.length + 1);
    for (let at = bytes.indexOf(this.#mark[0]!, from); at >= 0; at = bytes.indexOf(this.#mark[0]!, at + 1)) {
      if (this.#mark.subarray(0, bytes.length - at).equals(bytes.subarray(at))) return at;
    }
    return bytes.length;
  }
}
