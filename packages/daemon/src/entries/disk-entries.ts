import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat, utimes, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { type Entry, type EntryAttributes, type EntryKey, formatEntryKey } from './entry.ts';
import { footerEndBytes, formatFooter, parseFooter, parseFooterEnd, type EntryFooter } from './entry-footer.ts';

/** A file that is complete but not yet seen by anybody. Publish or discard it. */
export interface StagedEntry extends Entry {
  publish(): Promise<Entry>;
  discard(): Promise<void>;
}

/** Artifacts as files of one folder, published by rename, and read only after their digest was checked. */
export class DiskEntries {
  readonly #folderAbsolute: string;
  readonly #maxArtifactBytes: number;
  /** What was checked since the start; a file that was changed since then has another time. */
  readonly #checked = new Map<string, string>();

  constructor(options: { readonly folderAbsolute: string; readonly maxArtifactBytes: number }) {
    this.#folderAbsolute = options.folderAbsolute;
    this.#maxArtifactBytes = options.maxArtifactBytes;
  }

  /** Null where there is none, or it is damaged; the next store replaces it. */
  async find(key: EntryKey): Promise<Entry | null> {
    const path = this.#pathOf(key);
    const footer = await readFooter(path, formatEntryKey(key));
    if (footer === null) return null;
    if (await this.#isIntact(path, footer)) return toEntry(path, footer);
    await rm(path, { force: true });
    return null;
  }

  /** Throws what the disk or the source throws, or `TooLarge`; nothing is left behind then. */
  async stage(key: EntryKey, source: AsyncIterable<Uint8Array>, attributes: EntryAttributes): Promise<StagedEntry> {
    await mkdir(this.#folderAbsolute, { recursive: true, mode: 0o700 });
    const partial = join(this.#folderAbsolute, `${randomUUID()}.partial`);
    const file = await open(partial, 'wx', 0o600);
    try {
      const footer = await this.#write(file, { source, key: formatEntryKey(key), attributes });
      await file.close();
      const path = this.#pathOf(key);
      const publish = async (): Promise<Entry> => {
        await rename(partial, path);
        this.#remember(path, await stat(path));
        return toEntry(path, footer);
      };
      return { ...toEntry(partial, footer), publish, discard: () => rm(partial, { force: true }) };
    } catch (error) {
      await file.close().catch(() => {});
      await rm(partial, { force: true });
      throw error;
    }
  }

  async #write(
    file: FileHandle,
    { source, key, attributes }: { source: AsyncIterable<Uint8Array>; key: string; attributes: EntryAttributes },
  ): Promise<EntryFooter> {
    const digest = createHash('sha256');
    let sizeBytes = 0;
    for await (const chunk of source) {
      sizeBytes += chunk.length;
      if (sizeBytes > this.#maxArtifactBytes) throw new TooLarge(`it has more than ${this.#maxArtifactBytes} bytes`);
      digest.update(chunk);
      await file.writeFile(chunk);
    }
    const footer = { key, sizeBytes, sha256: digest.digest('hex'), attributes };
    await file.writeFile(formatFooter(footer));
    return footer;
  }

  async #isIntact(path: string, footer: EntryFooter): Promise<boolean> {
    const facts = await stat(path);
    if (this.#checked.get(path) === describeFile(facts)) return true;
    const digest = createHash('sha256');
    if (footer.sizeBytes > 0) for await (const chunk of toEntry(path, footer).open()) digest.update(chunk as Buffer);
    if (digest.digest('hex') !== footer.sha256) return false;
    await touch(path);
    this.#remember(path, await stat(path));
    return true;
  }

  #remember(path: string, facts: { readonly mtimeMs: number; readonly size: number }): void {
    if (this.#checked.size >= maxChecked) this.#checked.clear();
    this.#checked.set(path, describeFile(facts));
  }

  /** A digest, because a hash may hold capitals and a file system may not tell them apart. */
  #pathOf(key: EntryKey): string {
    return join(this.#folderAbsolute, createHash('sha256').update(formatEntryKey(key)).digest('hex'));
  }
}

const maxChecked = 50_000;

class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

async function readFooter(path: string, key: string): Promise<EntryFooter | null> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return null;
  try {
    const { size } = await file.stat();
    const jsonBytes = parseFooterEnd(await readAt(file, size - footerEndBytes, footerEndBytes));
    if (jsonBytes === null) return null;
    const footer = parseFooter(await readAt(file, size - footerEndBytes - jsonBytes, jsonBytes));
    const isWhole = footer?.sizeBytes === size - footerEndBytes - jsonBytes && footer.key === key;
    return isWhole ? footer : null;
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  if (position < 0) return Buffer.alloc(0);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

function toEntry(path: string, { sizeBytes, sha256, attributes }: EntryFooter): Entry {
  const openFile = () =>
    createReadStream(path, sizeBytes === 0 ? { end: -1 } : { end: sizeBytes - 1, highWaterMark: 256 * 1024 });
  return { sizeBytes, sha256, attributes, fileAbsolute: path, open: openFile };
}

function describeFile({ mtimeMs, size }: { readonly mtimeMs: number; readonly size: number }): string {
  return `${mtimeMs}:${size}`;
}

/** The time of the last use, by which entries are evicted. */
async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now);
}
