import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { openEntryFile, readEntryFile } from './entry-file.ts';
import type { EntryFacts } from './storage.ts';

const chunkBytes = 256 * 1024;

/** The facts of an entry whose body has the digest that they tell; null where anything about it is damaged. */
export async function readVerifiedFacts(absolutePath: string): Promise<EntryFacts | 'missing' | null> {
  await using handle = await openEntryFile(absolutePath);
  if (handle === null) return 'missing';
  const file = await readEntryFile(handle);
  if (file === null) return null;
  const digest = createHash('sha256');
  if (file.smallBody === null) {
    await digestBody(handle, file.facts.sizeBytes, digest);
  } else digest.update(file.smallBody);
  return digest.digest('hex') === file.facts.sha256 ? file.facts : null;
}

async function digestBody(handle: FileHandle, sizeBytes: number, digest: Hash): Promise<void> {
  const chunk = Buffer.allocUnsafe(chunkBytes);
  for (let position = 0; position < sizeBytes;) {
    const wanted = Math.min(chunk.length, sizeBytes - position);
    const { bytesRead } = await handle.read(chunk, 0, wanted, position);
    if (bytesRead === 0) return;
    digest.update(chunk.subarray(0, bytesRead));
    position += bytesRead;
  }
}
