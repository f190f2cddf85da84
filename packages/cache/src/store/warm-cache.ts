import type { ArtifactStore, TaskHash } from '@larder/core';
import { defaultArtifactLimits } from '../artifact/limits.ts';
import type { SignatureCheck } from '../artifact/signature.ts';
import type { LocalStore } from './local-store.ts';
import type { DamagedEntry } from './verify-cache.ts';

export interface WarmOptions {
  readonly remote: ArtifactStore;
  readonly trust: SignatureCheck | null;
  readonly signal: AbortSignal;
}

export interface WarmedCache {
  readonly fetched: number;
  /** There already. */
  readonly existing: number;
  /** The remote has none of them. */
  readonly missing: number;
  readonly refused: readonly DamagedEntry[];
}

const concurrentDownloads = 8;

/** Brings artifacts from the remote store into the local one, each verified. Rejects with the stores' `StoreError`s. */
export async function warmCache(
  local: LocalStore,
  hashes: Iterable<TaskHash>,
  { remote, trust, signal }: WarmOptions,
): Promise<WarmedCache> {
  const counted = { fetched: 0, existing: 0, missing: 0, refused: [] as DamagedEntry[] };
  const waiting = new Set(hashes).values();
  const { receiveArtifact } = await import('./receive-artifact.ts');
  async function fetchOne(hash: TaskHash): Promise<void> {
    const found = local.find(hash) === null ? await remote.read(hash, signal) : 'existing';
    if (found === 'existing') counted.existing += 1;
    else if (found === null) counted.missing += 1;
    else {
      const received = await receiveArtifact(local, found.body, { hash, limits: defaultArtifactLimits, trust });
      if (received.kind === 'stored' || received.kind === 'exists') counted.fetched += 1;
      else counted.refused.push({ hash, reason: received.reason });
    }
  }
  const workers = Array.from({ length: concurrentDownloads }, async () => {
    for (const hash of waiting) await fetchOne(hash);
  });
  await Promise.all(workers);
  return counted;
}
