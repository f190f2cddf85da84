import type { TaskHash } from '@larder/core';
import { defaultArtifactLimits } from '../artifact/limits.ts';
import { listEntryFiles } from './entry-files.ts';
import { openLocalStore } from './local-store.ts';

export interface DamagedEntry {
  readonly hash: TaskHash;
  readonly reason: string;
}

export interface CacheVerification {
  readonly entries: number;
  readonly sizeBytes: number;
  /** Removed: their tasks are executed when they come up. */
  readonly damaged: readonly DamagedEntry[];
}

/** Unpacks every entry and compares every digest. Rejects where an entry cannot be read, or when `signal` aborts. */
export async function verifyCache(directoryAbsolute: string, signal: AbortSignal): Promise<CacheVerification> {
  const { verifyArtifact } = await import('./receive-artifact.ts');
  const local = openLocalStore({ directoryAbsolute });
  const damaged: DamagedEntry[] = [];
  let entries = 0;
  let sizeBytes = 0;
  for (const { hash } of listEntryFiles(directoryAbsolute)) {
    const entry = await local.read(hash, signal);
    if (entry === null) continue;
    entries += 1;
    sizeBytes += entry.sizeBytes ?? 0;
    const refusal = await verifyArtifact(entry.body, { hash, limits: defaultArtifactLimits, trust: null });
    if (refusal === null) continue;
    damaged.push({ hash, reason: refusal.reason });
    await local.drop(hash);
  }
  return { entries, sizeBytes, damaged };
}
