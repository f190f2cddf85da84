import type { ArtifactStore, CacheTroubleSink, DebugLog, DigestFunction, TaskHash, TaskId } from '@larder/core';
import type { ArtifactSigner, SignatureCheck } from '../artifact/signature.ts';
import type { ArtifactLimits } from '../artifact/limits.ts';
import type { TableStore } from '../outputs/table-store.ts';
import type { LocalStore } from '../store/local-store.ts';
import type { Foreseen } from './prefetcher.ts';
import type { Troubles } from './troubles.ts';

export interface TaskCacheOptions {
  readonly workspaceRootAbsolute: string;
  /** `.larder/state`: outputs tables, staging. On the workspace's file system. */
  readonly stateDirectoryAbsolute: string;
  readonly local: LocalStore | null;
  /** Closed by whoever made it, after `drain`. */
  readonly remote: ArtifactStore | null;
  readonly remoteMode: 'read-write' | 'read-only';
  readonly digest: DigestFunction;
  readonly onTrouble: CacheTroubleSink;
  readonly onTransfer: (direction: 'download' | 'upload', sizeBytes: number, durationMs: number) => void;
  readonly onStored: (task: TaskId, where: 'local' | 'remote', sizeBytes: number) => void;
  readonly log: DebugLog;
  /** Recorded in artifacts. */
  readonly larderVersion?: string;
  readonly limits?: ArtifactLimits;
  /**
   * Hashes of the tasks that may come up, in their order; called once, when the first one was not found locally. What
   * it gives is looked up and fetched ahead.
   */
  readonly planHashes?: () => readonly TaskHash[];
  /** Uploads whatever executing costs less than moving; true unless given. */
  readonly uploadSlowerThanExecution?: boolean;
  readonly onUploadSkipped?: (task: TaskId, sizeBytes: number, times: SkippedUpload) => void;
  /** Signs what is stored. */
  readonly signer?: ArtifactSigner;
  /** What comes from the remote store is refused where this refuses it. The local store is trusted as its folder is. */
  readonly trust?: SignatureCheck;
}

/** Why an artifact was not uploaded. */
export interface SkippedUpload {
  readonly executionMs: number;
  /** By what was measured in this run. */
  readonly transferMs: number;
}

/** What the parts of a task cache share. */
export interface TaskCacheContext {
  readonly options: TaskCacheOptions;
  readonly limits: ArtifactLimits;
  readonly tables: TableStore;
  readonly troubles: Troubles;
  readonly stagingAbsolute: string;
  /** What looking ahead has found out about a hash. Rejects only when `signal` aborts. */
  readonly foresee: (hash: TaskHash, signal: AbortSignal) => Promise<Foreseen>;
}
