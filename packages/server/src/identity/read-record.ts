import { statSync } from 'node:fs';
import { readToken, tokenFile } from './token-files.ts';
import type { TokenRecord } from './token-record.ts';

const recordsKept = 1000;

/** Reads a record again only when its file is another one than last time. */
export function createRecordReader(storageDirectory: string): (id: string) => Promise<TokenRecord | null> {
  const kept = new Map<string, { readonly stamp: string; readonly record: TokenRecord | null }>();
  return async (id) => {
    // On the loop: a stat takes microseconds, and every request would wait for a thread otherwise.
    const stats = statSync(tokenFile(storageDirectory, id), { bigint: true, throwIfNoEntry: false });
    if (stats === undefined) return null;
    const stamp = `${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`;
    const before = kept.get(id);
    if (before?.stamp === stamp) return before.record;
    const record = await readToken(storageDirectory, id);
    if (kept.size >= recordsKept) kept.clear();
    kept.set(id, { stamp, record });
    return record;
  };
}
