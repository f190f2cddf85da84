import { closeSync, fchmodSync, openSync, symlinkSync, writeSync } from 'node:fs';
import type { ManifestOutput } from '../artifact/manifest.ts';
import type { OutputSink } from '../artifact/read-artifact.ts';
import type { Staging } from './staging.ts';

/** Writes the outputs that are not right yet into staging, with their final modes. */
export class StagedOutputs implements OutputSink, Disposable {
  /** Staged files by path of the output. */
  readonly files = new Map<string, string>();
  readonly #staging: Staging;
  readonly #right: ReadonlySet<string>;
  #open: { readonly path: string; readonly descriptor: number } | null = null;

  constructor(staging: Staging, right: ReadonlySet<string>) {
    this.#staging = staging;
    this.#right = right;
  }

  write(file: Extract<ManifestOutput, { kind: 'file' }>, bytes: Uint8Array, isLast: boolean): void {
    if (this.#right.has(file.path)) return;
    this.#open ??= this.#create(file);
    writeFully(this.#open.descriptor, bytes);
    if (isLast) this[Symbol.dispose]();
  }

  addLinks(outputs: readonly ManifestOutput[]): void {
    for (const output of outputs) {
      if (output.kind !== 'symlink' || this.#right.has(output.path)) continue;
      const staged = this.#name(output.path);
      symlinkSync(output.target, staged);
    }
  }

  /** Closes the file that an artifact broke off in. */
  [Symbol.dispose](): void {
    if (this.#open !== null) closeSync(this.#open.descriptor);
    this.#open = null;
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
