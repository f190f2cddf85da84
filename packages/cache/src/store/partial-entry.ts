import {
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  write as writeAside,
  writeSync,
} from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { toLocalTrouble } from './local-trouble.ts';
import { removeIfPresent } from './remove-if-present.ts';

/** Writes all of the bytes at the end of a file. Injected so that a full disk can be simulated. */
export type AppendBytes = (descriptor: number, bytes: Uint8Array) => Promise<void>;

const writePiece = promisify(writeAside);
/** Copying so much into the page cache takes no longer than waking another thread. */
const quickBytes = 64 * 1024;

export const appendBytes: AppendBytes = async (descriptor, bytes) => {
  for (let written = 0; written < bytes.byteLength;) {
    const left = bytes.byteLength - written;
    written +=
      left <= quickBytes
        ? writeSync(descriptor, bytes, written, left)
        : (await writePiece(descriptor, bytes, written, left, null)).bytesWritten;
  }
};

/**
 * An entry that is being written under a unique name. `publish` gives it its own name in one step,
 * and only where nothing has that name; until then nobody sees it. Rejects with a `StoreError`.
 */
export class PartialEntry implements Disposable {
  readonly #descriptor: number;
  readonly #partial: string;
  readonly #append: AppendBytes;
  #isOpen = true;

  static create(partial: string, append: AppendBytes): PartialEntry {
    try {
      const descriptor = withFolder(partial, () => openSync(partial, 'wx', 0o644));
      return new PartialEntry(descriptor, partial, append);
    } catch (error) {
      throw toLocalTrouble(error, 'write');
    }
  }

  private constructor(descriptor: number, partial: string, append: AppendBytes) {
    this.#descriptor = descriptor;
    this.#partial = partial;
    this.#append = append;
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      await this.#append(this.#descriptor, bytes);
    } catch (error) {
      throw toLocalTrouble(error, 'write');
    }
  }

  publish(absolute: string): 'stored' | 'exists' {
    try {
      this.close();
      return withFolder(absolute, () => renameIfAbsent(this.#partial, absolute));
    } catch (error) {
      throw toLocalTrouble(error, 'write');
    }
  }

  /** What was written so far, from its start. The file stays open for the reader even when it is removed. */
  async open(): Promise<FileHandle> {
    try {
      return await open(this.#partial, 'r');
    } catch (error) {
      throw toLocalTrouble(error, 'read');
    }
  }

  /** Removes what was not published, and the second name of what was. */
  [Symbol.dispose](): void {
    try {
      this.close();
    } finally {
      removeIfPresent(this.#partial);
    }
  }

  /** Writing is over. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#descriptor);
  }
}

/** The folder is nearly always there: it is made when it turns out to be missing. */
function withFolder<Value>(absolute: string, act: () => Value): Value {
  try {
    return act();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(absolute), { recursive: true });
    return act();
  }
}

/** A hard link fails where the name is taken, which a rename does not. */
function renameIfAbsent(from: string, to: string): 'stored' | 'exists' {
  try {
    linkSync(from, to);
    return 'stored';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return 'exists';
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw error;
  }
  // A file system without hard links: two writers of one hash may replace each other's entry, both good.
  if (statSync(to, { throwIfNoEntry: false }) !== undefined) return 'exists';
  renameSync(from, to);
  return 'stored';
}
