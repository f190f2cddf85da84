import { open, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { ignoringCode } from '../storage/file-errors.ts';

/** An empty file beside the token's record; its time of modification is the last use. */
function useFile(storageDirectory: string, id: string): string {
  return join(storageDirectory, 'tokens', `${id}.used`);
}

/** Null where the token was never used. */
export async function readLastUse(storageDirectory: string, id: string): Promise<number | null> {
  const stats = await ignoringCode('ENOENT', stat(useFile(storageDirectory, id)));
  return stats === null ? null : Math.floor(stats.mtimeMs);
}

/** Notes at most one use of each token in this time. */
const noteEveryMs = 60_000;
const tokensKept = 10_000;

/**
 * Writes down when tokens are used, once a minute each. Never waits for the disk and never fails: knowing when a
 * token was used last is not worth a request.
 */
export function createUseNotes(storageDirectory: string): (id: string, nowEpochMs: number) => void {
  const noted = new Map<string, number>();
  return (id, nowEpochMs) => {
    const last = noted.get(id);
    if (last !== undefined && nowEpochMs - last < noteEveryMs && nowEpochMs >= last) return;
    if (noted.size >= tokensKept) noted.clear();
    noted.set(id, nowEpochMs);
    void noteUse(useFile(storageDirectory, id), nowEpochMs).catch(() => {});
  };
}

async function noteUse(file: string, nowEpochMs: number): Promise<void> {
  const handle = await open(file, 'a', 0o600);
  await handle.close();
  await utimes(file, nowEpochMs / 1000, nowEpochMs / 1000);
}
