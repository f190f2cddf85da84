import { closeSync, fchmodSync, fstatSync, mkdir, mkdirSync, open, openSync, writeSync, type Stats } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';

const openAside = promisify(open);
const mkdirAside = promisify(mkdir);

/** Other threads cost 20 µs for each file: less than this is nothing that they could make up for. */
export const usualSlowMs = 0.15;
const mostAside = 64;
/** Where it is slow, so many folders are made by others for each that this thread makes to learn whether it still is. */
const learnEvery = 8;
const breathEvery = 256;

/**
 * Makes files and folders. What that takes differs a hundredfold: 20 µs for each where the file system finds a free inode at
 * once; a millisecond on a network, or where ext4 without a journal passes over all that was deleted lately. Where it is
 * slow, other threads do it, so that all cores take part; else this one, which is done sooner than another would be woken.
 */
export class FileMaker {
  readonly #slowMs: number;
  #lastMs = Infinity;
  #isSlow = false;
  #outerFolders = 0;
  #madeHere = 0;
  #aside = 0;
  readonly #waiting: (() => void)[] = [];

  /** What takes longer is slow. */
  constructor(slowMs: number) {
    this.#slowMs = slowMs;
  }

  /** Makes a folder, and learns from some of them how long that takes. */
  async makeOuterFolder(absolute: string, mode: number): Promise<void> {
    this.#outerFolders += 1;
    if (this.#isSlow && this.#outerFolders % learnEvery !== 0) return await this.makeFolder(absolute, mode);
    const startedAt = performance.now();
    mkdirSync(absolute, mode);
    const tookMs = performance.now() - startedAt;
    // One of them may have waited for something else.
    this.#isSlow = Math.min(tookMs, this.#lastMs) > this.#slowMs;
    this.#lastMs = tookMs;
  }

  async makeFolder(absolute: string, mode: number): Promise<void> {
    if (this.#isSlow) await this.#doAside(() => mkdirAside(absolute, mode));
    else mkdirSync(absolute, mode);
  }

  /** Makes a file that is not there yet. What it is afterwards, so that nobody needs to look again. */
  async makeFile(absolute: string, bytes: Uint8Array, mode: number): Promise<Stats> {
    if (this.#isSlow) {
      const descriptor = await this.#doAside(() => openAside(absolute, 'wx', mode));
      return finishFile(descriptor, bytes, mode);
    }
    this.#madeHere += 1;
    if (this.#madeHere % breathEvery === 0) await setImmediate();
    return finishFile(openSync(absolute, 'wx', mode), bytes, mode);
  }

  async #doAside<Made>(make: () => Promise<Made>): Promise<Made> {
    if (this.#aside >= mostAside) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#aside += 1;
    try {
      return await make();
    } finally {
      this.#aside -= 1;
      this.#waiting.shift()?.();
    }
  }
}

function finishFile(descriptor: number, bytes: Uint8Array, mode: number): Stats {
  try {
    writeFully(descriptor, bytes);
    return setMode(descriptor, mode);
  } finally {
    closeSync(descriptor);
  }
}

export function writeFully(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.byteLength) written += writeSync(descriptor, bytes, written);
}

/** The umask, or an access list of the folder, may have given it another mode when it was made. */
export function setMode(descriptor: number, mode: number): Stats {
  const stats = fstatSync(descriptor);
  if ((stats.mode & 0o777) === mode) return stats;
  fchmodSync(descriptor, mode);
  return fstatSync(descriptor);
}
