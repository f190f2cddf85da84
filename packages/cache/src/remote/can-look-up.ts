import type { ArtifactStore } from '@larder/core';
import type { RemoteStore } from './remote-store.ts';

/** Stores that can tell about many hashes at once, and what moving bytes costs; a plugin's need not. */
export function canLookUp(store: ArtifactStore | null): store is RemoteStore {
  return store !== null && 'lookUp' in store && typeof store.lookUp === 'function';
}
