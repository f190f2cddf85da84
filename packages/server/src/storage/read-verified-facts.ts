import { createHash } from 'node:crypto';
import { openBody, openEntryFile, readEntryFile } from './entry-file.ts';
import type { EntryFacts } from './storage.ts';

/** The facts of an entry whose body has the digest that they tell; null where anything about it is damaged. */
export async function readVerifiedFacts(absolutePath: string): Promise<EntryFacts | 'missing' | null> {
  await using handle = await openEntryFile(absolutePath);
  if (handle === null) return 'missing';
  const file = await readEntryFile(handle);
  if (file === null) return null;
  const digest = createHash('sha256');
  if (file.smallBody === null) {
    for await (const chunk of openBody(handle, file)) digest.update(chunk as Buffer);
  } else digest.update(file.smallBody);
  return digest.digest('hex') === file.facts.sha256 ? file.facts : null;
}
