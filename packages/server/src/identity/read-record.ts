import { stat } from 'node:fs/promises';
import { ignoringCode } from '../storage/file-errors.ts';
import { readToken, tokenFile } from './token-files.ts';
import type { TokenRecord } from './token-record.ts';

const recordsKept = 1000;

/** Reads a record again only when its file is another one than last time. */
export function createRecordReader(storageDirectory: string): (id: string) => Promise<TokenRecord | null> {
  const kept = new Map<string, { readonly stamp: string; readonly record: TokenRecord | null }>();
  return async (id) => {
    const stats = await ignoringCode('ENOENT', stat(tokenFile(storageDirectory, id), { bigint: true }));
    if (stats === null) return null;
    const stamp = `${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`;
    const before = kept.get(id);
    if (before?.stamp === stamp) return before.record;
    const record = await readToken(storageDirectory, id);
    if (kept.size >= recordsKept) kept.clear();
    kept.set(id, { stamp, record });
    return record;
  };
}
