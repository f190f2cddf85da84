import type { RunPlanEntry } from '@larder/core';

export interface PlannedCache {
  readonly kind: 'hit' | 'miss' | 'uncacheable' | 'deferred';
  readonly where?: 'local' | 'remote';
  readonly reason?: string;
}

/** What a run would find, as both forms of the dry run show it. */
export function describePlannedCache(entry: RunPlanEntry): PlannedCache {
  const { cache, hash } = entry;
  switch (cache.kind) {
    case 'hit':
      return { kind: 'hit', where: cache.where };
    case 'miss':
      return cache.reason === null ? { kind: 'miss' } : { kind: 'miss', reason: cache.reason };
    case 'uncacheable':
      return { kind: 'uncacheable', reason: cache.reason };
    case 'deferred':
      return hash.kind === 'deferred' && hash.waitsFor.length > 0
        ? { kind: 'deferred', reason: `waits for the outputs of ${hash.waitsFor.join(', ')}` }
        : { kind: 'deferred' };
  }
}
