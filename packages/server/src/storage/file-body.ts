import type { FileHandle } from 'node:fs/promises';
import { Readable, type Writable } from 'node:stream';
import { callbackify } from 'node:util';
import { BufferPool } from './buffer-pool.ts';

const streamChunkBytes = 64 * 1024;

/** Large buffers are faster; with many readers, small ones hold their memory together down. */
const fewReaders = 24;

/** What readers of bodies share: together they hold a bounded amount of memory. */
export class BodyBuffers {
  readonly #large = new BufferPool({ bufferBytes: 256 * 1024, keptAtMost: 2 * fewReaders });
  readonly #small = new BufferPool({ bufferBytes: 128 * 1024, keptAtMost: 384 });
  #readers = 0;

  /** A pair: one is filled while the other is written. */
  async use(work: (buffers: readonly [Buffer, Buffer]) => Promise<void>): Promise<void> {
    this.#readers += 1;
    const pool = this.#readers > fewReaders ? this.#small : this.#large;
    const buffers = [pool.take(), pool.take()] as const;
    try {
      await work(buffers);
      // After a failure someone may still hold them: then they are left to the garbage collector.
      for (const buffer of buffers) pool.giveBack(buffer);
    } finally {
      this.#readers -= 1;
    }
  }
}

export interface FileBodyOptions {
  /** Closed with the body. */
  readonly handle: FileHandle;
  readonly sizeBytes: number;
  readonly buffers: BodyBuffers;
}

/**
 * The beginning of a file as a stream. Whoever wants it in a socket had better call `sendTo`: it moves the bytes
 * through two buffers that are used again and again, where a stream makes a new one for every chunk.
 */
export class FileBody extends Readable {
  readonly #options: FileBodyOptions;
  #position = 0;

  constructor(options: FileBodyOptions) {
    super({ highWaterMark: streamChunkBytes });
    this.#options = options;
  }

  /**
   * Writes the body and ends the target, which must have no use for bytes any more when it says that they are written,
   * as sockets have not; streams that pass chunks on do. Rejects where either side fails; the body is closed then too.
   */
  async sendTo(target: Writable): Promise<void> {
    try {
      await this.#options.buffers.use((buffers) => this.#copy(target, buffers));
      target.end();
    } finally {
      this.destroy();
    }
  }

  /** Leaves out the beginning. To be called before anything is read. */
  startAt(positionBytes: number): void {
    this.#position = positionBytes;
  }

  override _read(wantedBytes: number): void {
    const buffer = Buffer.allocUnsafe(Math.min(wantedBytes, streamChunkBytes, this.#missingBytes()));
    if (buffer.length === 0) return void this.push(null);
    this.#fill(buffer).then(
      (bytes) => this.push(bytes),
      (error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))),
    );
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    callbackify(() => this.#options.handle.close())((closing) => done(error ?? closing));
  }

  async #copy(target: Writable, buffers: readonly [Buffer, Buffer]): Promise<void> {
    const writer = new ChunkWriter(target);
    let written: Promise<void> = Promise.resolve();
    try {
      for (let turn = 0; this.#missingBytes() > 0; turn += 1) {
        const bytes = await this.#fill(buffers[turn % 2 === 0 ? 0 : 1]);
        await written;
        written = writer.write(bytes);
        // Whoever awaits it next hears of a failure; until then it is not unhandled.
        written.catch(() => {});
      }
    } finally {
      // The buffers go back: nobody may read them any more.
      await written.finally(() => writer.release());
    }
  }

  async #fill(buffer: Buffer): Promise<Buffer> {
    const wanted = Math.min(buffer.length, this.#missingBytes());
    const { bytesRead } = await this.#options.handle.read(buffer, 0, wanted, this.#position);
    if (bytesRead === 0) throw new Error('The file of an entry has become shorter.');
    this.#position += bytesRead;
    return buffer.subarray(0, bytesRead);
  }

  #missingBytes(): number {
    return this.#options.sizeBytes - this.#position;
  }
}

/** Writes one chunk after the other. */
class ChunkWriter {
  readonly #target: Writable;
  #reject: (error: Error) => void = () => {};
  readonly #onClose = (): void => this.#reject(new Error('The reader has gone.'));

  constructor(target: Writable) {
    this.#target = target;
    target.on('close', this.#onClose);
  }

  /** Settles when the target no longer needs the bytes; rejects where it closes, which may drop them without a word. */
  write(bytes: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      if (this.#target.destroyed) return this.#onClose();
      this.#target.write(bytes, (error) => {
        if (error === null || error === undefined) resolve();
        else reject(error);
      });
    });
  }

  release(): void {
    this.#target.off('close', this.#onClose);
  }
}
