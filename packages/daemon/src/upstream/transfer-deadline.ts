/** Aborts a transfer that pauses for `idleMs` or has not ended after `transferMs`. */
export class TransferDeadline implements Disposable {
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #idleMs: number;
  readonly #whole: NodeJS.Timeout;
  #idle: NodeJS.Timeout;
  #expiredBecause: string | null = null;

  constructor(outer: AbortSignal, { idleMs, transferMs }: { readonly idleMs: number; readonly transferMs: number }) {
    this.#idleMs = idleMs;
    this.signal = AbortSignal.any([outer, this.#controller.signal]);
    this.#whole = setTimeout(() => this.#expire(`the transfer took longer than ${transferMs} ms`), transferMs);
    this.#idle = this.#startIdle();
  }

  /** Why it aborted; null while it has not. */
  get expiredBecause(): string | null {
    return this.#expiredBecause;
  }

  readonly watch = async function* (
    this: TransferDeadline,
    chunks: AsyncIterable<unknown>,
  ): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      clearTimeout(this.#idle);
      this.#idle = this.#startIdle();
      yield chunk as Uint8Array;
    }
  }.bind(this);

  [Symbol.dispose](): void {
    clearTimeout(this.#idle);
    clearTimeout(this.#whole);
  }

  #startIdle(): NodeJS.Timeout {
    return setTimeout(() => this.#expire(`nothing came for ${this.#idleMs} ms`), this.#idleMs);
  }

  #expire(reason: string): void {
    this[Symbol.dispose]();
    this.#expiredBecause = reason;
    this.#controller.abort(new Error(reason));
  }
}
