import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { FileMaker } from './file-maker.ts';
import { uniqueName } from '../store/unique-name.ts';

const abandonedAfterMs = 60 * 60 * 1000;
/** What all restores of a run together keep in memory. */
const mostKeptBytes = 32 * 1024 * 1024;

/**
 * Where a run puts outputs together before they get their places: a folder on the workspace's file system, and a bounded
 * amount of memory.
 */
export class Staging {
  readonly maker: FileMaker;
  readonly #directoryAbsolute: string;
  readonly #run = uniqueName();
  #isSwept = false;
  #names = 0;
  #keptBytes = 0;

  constructor(directoryAbsolute: string, maker: FileMaker) {
    this.#directoryAbsolute = directoryAbsolute;
    this.maker = maker;
  }

  /** To be called before paths are asked for: somebody may have removed the folder since the last time. */
  prepare(): void {
    if (!existsSync(this.#directoryAbsolute)) mkdirSync(this.#directoryAbsolute, { recursive: true });
    if (!this.#isSwept) sweepAbandoned(this.#directoryAbsolute);
    this.#isSwept = true;
  }

  /** A path where nothing is. Whoever asks renames what he makes there, or discards it. */
  nextPath(): string {
    this.#names += 1;
    return join(this.#directoryAbsolute, `${this.#run}.${this.#names}`);
  }

  /** Removes what did not get its place. What cannot be removed now is swept later, and must not undo what was restored. */
  discard(absolute: string): void {
    try {
      rmSync(absolute, { recursive: true, force: true });
    } catch {
      return;
    }
  }

  /** Whether so much more may be kept in memory; then it is counted until `release`. */
  reserve(sizeBytes: number): boolean {
    if (this.#keptBytes + sizeBytes > mostKeptBytes) return false;
    this.#keptBytes += sizeBytes;
    return true;
  }

  release(sizeBytes: number): void {
    this.#keptBytes -= sizeBytes;
  }
}

/** Removes what a crash left behind; trouble with that must not keep anything from being restored. */
function sweepAbandoned(directoryAbsolute: string): void {
  const before = Date.now() - abandonedAfterMs;
  try {
    for (const name of readdirSync(directoryAbsolute)) {
      const path = join(directoryAbsolute, name);
      const stats = lstatSync(path, { throwIfNoEntry: false });
      if (stats !== undefined && stats.mtimeMs < before) rmSync(path, { recursive: true, force: true });
    }
  } catch {
    return;
  }
}
