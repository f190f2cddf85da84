import { chmod, closeSync, fchmodSync, openSync, symlinkSync, writeFile, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import type { ManifestOutput } from '../artifact/manifest.ts';
import type { OutputSink } from '../artifact/read-artifact.ts';
import type { Staging } from './staging.ts';

const writeWhole = promisify(writeFile);
const changeMode = promisify(chmod);

/** Larger files are written as they come: nothing would be won by keeping them. */
const smallBytes = 256 * 1024;
/** Beyond these the next one is written at once, which holds up whoever reads: memory is bounded by it. */
const mostAside = 16;

/**
 * Writes the outputs that are not right yet into staging, with their final modes. Small files are written beside the
 * reading, by other threads: making a file is nearly all work of the kernel.
 */
export class StagedOutputs implements OutputSink, AsyncDisposable {
  /** Staged files by path of the output. */
  readonly files = new Map<string, string>();
  readonly #staging: Staging;
  readonly #right: ReadonlySet<string>;
  readonly #aside = new Set<Promise<void>>();
  #failure: unknown = null;
  #open: { readonly path: string; readonly descriptor: number } | null = null;

  constructor(staging: Staging, right: ReadonlySet<string>) {
    this.#staging = staging;
    this.#right = right;
  }

  write(file: Extract<ManifestOutput, { kind: 'file' }>, bytes: Uint8Array, isLast: boolean): void {
    if (this.#right.has(file.path)) return;
    const isWhole = isLast && this.#open === null;
    if (isWhole && bytes.byteLength <= smallBytes && this.#aside.size < mostAside) return this.#writeAside(file, bytes);
    this.#open ??= this.#create(file);
    writeFully(this.#open.descriptor, bytes);
    if (isLast) this.#close();
  }

  /** Everything is in staging when it resolves. Rejects with the first error of a file that was written aside. */
  async settle(): Promise<void> {
    await Promise.all(this.#aside);
    if (this.#failure !== null) throw this.#failure;
  }

  addLinks(outputs: readonly ManifestOutput[]): void {
    for (const output of outputs) {
      if (output.kind !== 'symlink' || this.#right.has(output.path)) continue;
      const staged = this.#name(output.path);
      symlinkSync(output.target, staged);
    }
  }

  /** Closes the file that an artifact broke off in; nothing is written any more when it resolves. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#close();
    await Promise.all(this.#aside);
  }

  #close(): void {
    if (this.#open !== null) closeSync(this.#open.descriptor);
    this.#open = null;
  }

  #writeAside({ path, mode }: { readonly path: string; readonly mode: number }, bytes: Uint8Array): void {
    const staged = this.#name(path);
    const written = this.#writeStaged(staged, mode, bytes)
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => this.#aside.delete(written));
    this.#aside.add(written);
  }

  async #writeStaged(staged: string, mode: number, bytes: Uint8Array): Promise<void> {
    await writeWhole(staged, bytes, { flag: 'wx', mode });
    if ((mode & this.#staging.umask) !== 0) await changeMode(staged, mode);
  }

  #create({ path, mode }: { readonly path: string; readonly mode: number }): { path: string; descriptor: number } {
    const descriptor = openSync(this.#name(path), 'wx', mode);
    if ((mode & this.#staging.umask) !== 0) fchmodSync(descriptor, mode);
    return { path, descriptor };
  }

  #name(path: string): string {
    const staged = this.#staging.fileAt(this.files.size);
    this.files.set(path, staged);
    return staged;
  }
}

function writeFully(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.byteLength) written += writeSync(descriptor, bytes, written);
}
