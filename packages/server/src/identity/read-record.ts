import { statSync } from 'node:fs';
import { readToken, tokenFile } from './token-files.ts';
import type { TokenRecord } from './token-record.ts';

const recordsKept = 1000;

/** Reads a record again only when its file is another one than last time. */
export function createRecordReader(storageDirectory: string): (id: string) => Promise<TokenRecord | null> {
  const kept = new Map<string, { readonly stamp: string; readonly record: TokenRecord | null }>();
  const stampOf = createStampReader(storageDirectory);
  return async (id) => {
    const stamp = stampOf(id);
    if (stamp === null) return null;
    const before = kept.get(id);
    if (before?.stamp === stamp) return before.record;
    const record = await readToken(storageDirectory, id);
    if (kept.size >= recordsKept) kept.clear();
    kept.set(id, { stamp, record });
    return record;
  };
}

/**
 * What changes when a record does; null where there is no record. Requests that are read off their sockets in the same
 * turn of the loop come at the same moment, and share one look at the file.
 */
function createStampReader(storageDirectory: string): (id: string) => string | null {
  const ofThisTurn = new Map<string, string | null>();
  const forget = (): void => ofThisTurn.clear();
  return (id) => {
    const known = ofThisTurn.get(id);
    if (known !== undefined) return known;
    // On the loop: a stat takes microseconds, and every request would wait for a thread otherwise.
    const stats = statSync(tokenFile(storageDirectory, id), { bigint: true, throwIfNoEntry: false });
    const stamp = stats === undefined ? null : `${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`;
    if (ofThisTurn.size === 0) setImmediate(forget);
    ofThisTurn.set(id, stamp);
    return stamp;
  };
}
