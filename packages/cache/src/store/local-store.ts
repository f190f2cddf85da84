import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { type ArtifactHead, type ArtifactSource, type ArtifactStore, type TaskHash } from '@larder/core';
import { closableBody } from './body.ts';
import { findEntry } from './find-entry.ts';
import { entryFileOf, layoutFolder, partialFolder } from './entry-files.ts';
import { StoreGrowth, type StoreLimits } from './store-growth.ts';
import { toLocalTrouble } from './local-trouble.ts';
import { appendBytes, PartialEntry, type AppendBytes } from './partial-entry.ts';
import { uniqueName } from './unique-name.ts';

export interface LocalStoreOptions {
  readonly directoryAbsolute: string;
  /** What it may keep; checked when it is closed after something was stored. Without, nothing is evicted. */
  readonly limits?: StoreLimits;
  /** For tests of a full disk. */
  readonly append?: AppendBytes;
}

/**
 * Artifacts in a folder, which several processes and worktrees may share. An entry appears whole or
 * not at all and is never overwritten. Nothing is synced to the disk before it is published: entries
 * carry digests of all that they hold, so one that a power failure damaged is noticed, dropped and a miss.
 */
export interface LocalStore extends ArtifactStore {
  /** As `head`, at once, and without an abort: one stat. Marks the entry as used. */
  find(hash: TaskHash): ArtifactHead | null;
  /** A file to write an artifact into piece by piece; dispose of it after publishing or instead. */
  startEntry(): Promise<StartedEntry>;
  /** Removes an entry that turned out to be damaged. */
  drop(hash: TaskHash): Promise<void>;
}

export interface StartedEntry extends AsyncDisposable {
  write(bytes: Uint8Array): Promise<void>;
  /** What was written, once all of it is. */
  read(signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** `exists`: another process stored that hash meanwhile; its entry stays. */
  publish(hash: TaskHash): Promise<'stored' | 'exists'>;
  /** Nothing more is written; it may wait to be published, and holds no file open. */
  finish(): Promise<void>;
}

const pieceBytes = 256 * 1024;

export function openLocalStore(options: LocalStoreOptions): LocalStore {
  const { directoryAbsolute, limits = null, append = appendBytes } = options;
  const growth = new StoreGrowth(directoryAbsolute, limits);
  const fileOf = (hash: TaskHash): string => entryFileOf(directoryAbsolute, hash);

  function find(hash: TaskHash): ArtifactHead | null {
    try {
      return findEntry(directoryAbsolute, hash);
    } catch (error) {
      throw toLocalTrouble(error, 'read');
    }
  }

  async function startEntry(): Promise<StartedEntry> {
    const partial = join(directoryAbsolute, layoutFolder, partialFolder, uniqueName());
    const entry = PartialEntry.create(partial, append);
    let sizeBytes = 0;
    return {
      write: async (bytes) => {
        sizeBytes += bytes.byteLength;
        await entry.write(bytes);
      },
      read: async (signal) => openBody({ handle: await entry.open(), sizeBytes }, signal),
      finish: async () => entry.close(),
      publish: async (hash) => {
        const published = entry.publish(fileOf(hash));
        if (published === 'stored') growth.note(sizeBytes);
        return published;
      },
      [Symbol.asyncDispose]: async () => entry[Symbol.dispose](),
    };
  }

  async function write(hash: TaskHash, artifact: ArtifactSource, signal: AbortSignal): Promise<'stored' | 'exists'> {
    signal.throwIfAborted();
    if (find(hash) !== null) return 'exists';
    await using entry = await startEntry();
    for await (const chunk of artifact.open()) {
      signal.throwIfAborted();
      await entry.write(chunk);
    }
    return await entry.publish(hash);
  }

  return {
    name: 'local',
    find,
    startEntry,
    write,
    head: async (hash, signal) => {
      signal.throwIfAborted();
      return find(hash);
    },
    read: async (hash, signal) => {
      signal.throwIfAborted();
      const small = readSmallEntry(fileOf(hash));
      if (small === 'absent') return null;
      if (small !== 'large') return { sizeBytes: small.length, body: wholeBody(small) };
      const file = await openEntry(fileOf(hash));
      return file === null ? null : { sizeBytes: file.sizeBytes, body: openBody(file, signal) };
    },
    drop: async (hash) => await rm(fileOf(hash), { force: true }),
    close: async () => growth.settle(),
  };
}

interface OpenEntry {
  readonly handle: FileHandle;
  readonly sizeBytes: number;
}

/** Waiting for other threads would take longer than reading. */
function readSmallEntry(absolute: string): Buffer | 'absent' | 'large' {
  let descriptor: number;
  try {
    descriptor = openSync(absolute, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'absent';
    throw toLocalTrouble(error, 'read');
  }
  try {
    const sizeBytes = fstatSync(descriptor).size;
    if (sizeBytes > pieceBytes) return 'large';
    const bytes = Buffer.allocUnsafe(sizeBytes);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, sizeBytes, 0));
  } catch (error) {
    throw toLocalTrouble(error, 'read');
  } finally {
    closeSync(descriptor);
  }
}

async function* wholeBody(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function openEntry(absolute: string): Promise<OpenEntry | null> {
  try {
    const handle = await open(absolute, 'r');
    return { handle, sizeBytes: (await handle.stat()).size };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw toLocalTrouble(error, 'read');
  }
}

function openBody(file: OpenEntry, signal: AbortSignal): AsyncIterable<Uint8Array> {
  return closableBody(readBody(file, signal), () => file.handle.close());
}

async function* readBody({ handle, sizeBytes }: OpenEntry, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    for (let missing = sizeBytes; missing > 0;) {
      signal.throwIfAborted();
      const buffer = Buffer.allocUnsafe(Math.min(pieceBytes, missing));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
      // An entry that was cut short: whoever verifies it will see that.
      if (bytesRead === 0) return;
      missing -= bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (error) {
    throw toLocalTrouble(error, 'read');
  } finally {
    await handle.close();
  }
}
