import { open, type FileHandle } from 'node:fs/promises';
import { decodeFooter, footerLimitBytes } from './entry-footer.ts';
import { ignoringCode } from './file-errors.ts';
import type { EntryFacts } from './storage.ts';

/** Files up to this size are read in one go, body and footer together. */
const smallFileBytes = 64 * 1024;

export interface EntryFile {
  readonly facts: EntryFacts;
  readonly fileSizeBytes: number;
  /** When a use was last written down, as the time of modification. */
  readonly usedAtEpochMs: number;
  /** The body, where the file is small. */
  readonly smallBody: Buffer | null;
}

/** Null where there is no such file. The caller closes the handle. */
export async function openEntryFile(absolutePath: string): Promise<FileHandle | null> {
  return await ignoringCode('ENOENT', open(absolutePath, 'r'));
}

/** Null where the file is damaged. */
export async function readEntryFile(handle: FileHandle): Promise<EntryFile | null> {
  const { size: fileSizeBytes, mtimeMs: usedAtEpochMs } = await handle.stat();
  const isSmall = fileSizeBytes <= smallFileBytes;
  const end = Buffer.allocUnsafe(isSmall ? fileSizeBytes : footerLimitBytes);
  const { bytesRead } = await handle.read(end, 0, end.length, fileSizeBytes - end.length);
  const facts = bytesRead === end.length ? decodeFooter(end, fileSizeBytes) : null;
  if (facts === null) return null;
  return { facts, fileSizeBytes, usedAtEpochMs, smallBody: isSmall ? end.subarray(0, facts.sizeBytes) : null };
}

/** The facts alone; null where there is no such file or it is damaged. */
export async function readFactsOf(absolutePath: string): Promise<EntryFacts | null> {
  await using handle = await openEntryFile(absolutePath);
  return handle === null ? null : ((await readEntryFile(handle))?.facts ?? null);
}
