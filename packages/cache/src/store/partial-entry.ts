import { mkdirSync } from 'node:fs';
import { link, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { toLocalTrouble } from './local-trouble.ts';

/** Writes all of the bytes at the end of a file. Injected so that a full disk can be simulated. */
export type AppendBytes = (file: FileHandle, bytes: Uint8Array) => Promise<void>;

export const appendBytes: AppendBytes = async (file, bytes) => {
  for (let written = 0; written < bytes.byteLength;) {
    written += (await file.write(bytes, written, bytes.byteLength - written)).bytesWritten;
  }
};

/**
 * An entry that is being written under a unique name. `publish` gives it its own name in one step,
 * and only where nothing has that name; until then nobody sees it. Rejects with a `StoreError`.
 */
export class PartialEntry implements AsyncDisposable {
  readonly #file: FileHandle;
  readonly #partial: string;
  readonly #append: AppendBytes;
  #isOpen = true;

  static async create(partial: string, append: AppendBytes): Promise<PartialEntry> {
    const create = (): Promise<FileHandle> => open(partial, 'wx', 0o644);
    try {
      return new PartialEntry(await withFolder(partial, create), partial, append);
    } catch (error) {
      throw toLocalTrouble(error, 'write');
    }
  }

  private constructor(file: FileHandle, partial: string, append: AppendBytes) {
    this.#file = file;
    this.#partial = partial;
    this.#append = append;
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      await this.#append(this.#file, bytes);
    } catch (error) {
      throw toLocalTrouble(error, 'write');
    }
  }

  async publish(absolute: string): Promise<'stored' | 'exists'> {
    try {
      await this.close();
      return await withFolder(absolute, () => renameIfAbsent(this.#partial, absolute));
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

  /** Removes what was not published. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.close();
    } finally {
      await rm(this.#partial, { force: true });
    }
  }

  /** Writing is over. */
  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#file.close();
  }
}

/** The folder is nearly always there: it is made when it turns out to be missing. */
async function withFolder<Value>(absolute: string, act: () => Promise<Value>): Promise<Value> {
  try {
    return await act();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(absolute), { recursive: true });
    return await act();
  }
}

/** A hard link fails where the name is taken, which a rename does not. */
async function renameIfAbsent(from: string, to: string): Promise<'stored' | 'exists'> {
  try {
    await link(from, to);
    return 'stored';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return 'exists';
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw error;
  }
  // A file system without hard links: two writers of one hash may replace each other's entry, both good.
  if ((await stat(to).catch(() => null)) !== null) return 'exists';
  await rename(from, to);
  return 'stored';
}
