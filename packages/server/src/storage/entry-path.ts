import { createHash } from 'node:crypto';
import type { EntryKey } from './storage.ts';

/** The folder below the storage directory that holds entries of this layout; another layout gets another folder. */
export const entriesFolder = 'entries-v1';

/**
 * Where an entry stands below the entries folder: `<namespace>/<scope>/<2 digits>/<62 digits>`, scope and name as
 * digests. Whatever the texts hold (dots, slashes, case, length), the path is made of hex digits alone, entries
 * spread evenly, and a scope is one folder.
 */
export function entryPath(key: EntryKey): string {
  const scope = hexDigest(key.scope).slice(0, 32);
  const name = hexDigest(key.name);
  return `${key.namespace}/${scope}/${name.slice(0, 2)}/${name.slice(2)}`;
}

function hexDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
