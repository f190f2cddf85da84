import { closeSync, openSync } from 'node:fs';
import type { FileOutput, OutputSink } from '../artifact/read-artifact.ts';
import type { Staging } from './staging.ts';
import { setMode, writeFully } from './file-maker.ts';

/** Larger files are written as they come. */
const smallBytes = 256 * 1024;

/**
 * Takes in the outputs of an artifact that are not right yet, while it is verified: small files into memory, as long as
 * there is room, others into staging, named by number.
 */
export class CollectedOutputs implements OutputSink, Disposable {
  /** Contents of files that are in memory, by path. */
  readonly kept = new Map<string, Uint8Array>();
  /** Files in staging by path, with their final modes. */
  readonly staged = new Map<string, string>();
  readonly #staging: Staging;
  readonly #right: ReadonlySet<string>;
  #keptBytes = 0;
  #open: number | null = null;

  constructor(staging: Staging, right: ReadonlySet<string>) {
    this.#staging = staging;
    this.#right = right;
  }

  write(file: FileOutput, bytes: Uint8Array, isLast: boolean): void {
    if (this.#right.has(file.path)) return;
    if (isLast && this.#open === null && bytes.byteLength <= smallBytes && this.#staging.reserve(bytes.byteLength)) {
      this.#keptBytes += bytes.byteLength;
      // A copy, because the bytes may be a small part of something large.
      this.kept.set(file.path, Buffer.from(bytes));
      return;
    }
    this.#open ??= this.#create(file);
    writeFully(this.#open, bytes);
    if (isLast) this.#close();
  }

  /** Lets go of what is in memory, and removes what is still in staging. */
  [Symbol.dispose](): void {
    this.#close();
    this.#staging.release(this.#keptBytes);
    this.#keptBytes = 0;
    for (const path of this.staged.values()) this.#staging.discard(path);
  }

  #create({ path, mode }: FileOutput): number {
    this.#staging.prepare();
    const staged = this.#staging.nextPath();
    const descriptor = openSync(staged, 'wx', mode);
    this.staged.set(path, staged);
    setMode(descriptor, mode);
    return descriptor;
  }

  #close(): void {
    if (this.#open !== null) closeSync(this.#open);
    this.#open = null;
  }
}
