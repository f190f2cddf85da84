import { open, type FileHandle } from 'node:fs/promises';
import { decodeFooter, footerLimitBytes } from './entry-footer.ts';
import { ignoringCode } from './file-errors.ts';
import type { EntryFacts } from './storage.ts';

/** Files up to this size are read in one go, body and footer together. */
const smallFileBytes = 64 * 1024;

const streamChunkBytes = 256 * 1024;

export interface EntryFile {
  readonly facts: EntryFacts;
  readonly fileSizeBytes: number;
  /** The body, where the file is small. */
  readonly smallBody: Buffer | null;
}

/** Null where there is no such file. The caller closes the handle. */
export async function openEntryFile(absolutePath: string): Promise<FileHandle | null> {
  return await ignoringCode('ENOENT', open(absolutePath, 'r'));
}

/** Null where the file is damaged. */
export async function readEntryFile(handle: FileHandle): Promise<EntryFile | null> {
  const { size: fileSizeBytes } = await handle.stat();
  const isSmall = fileSizeBytes <= smallFileBytes;
  const end = Buffer.allocUnsafe(isSmall ? fileSizeBytes : footerLimitBytes);
  const { bytesRead } = await handle.read(end, 0, end.length, fileSizeBytes - end.length);
  const facts = bytesRead === end.length ? decodeFooter(end, fileSizeBytes) : null;
  if (facts === null) return null;
  return { facts, fileSizeBytes, smallBody: isSmall ? end.subarray(0, facts.sizeBytes) : null };
}

/** The body, or the handle's stream of it: the handle then closes with the stream. */
export function openBody(handle: FileHandle, file: EntryFile) {
  return handle.createReadStream({ start: 0, end: file.facts.sizeBytes - 1, highWaterMark: streamChunkBytes });
}
