import type { ArtifactStore, CacheTroubleSink, DebugLog, DigestFunction, TaskId } from '@larder/core';
import type { ArtifactLimits } from '../artifact/limits.ts';
import type { TableStore } from '../outputs/table-store.ts';
import type { LocalStore } from '../store/local-store.ts';
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
}

/** What the parts of a task cache share. */
export interface TaskCacheContext {
  readonly options: TaskCacheOptions;
  readonly limits: ArtifactLimits;
  readonly tables: TableStore;
  readonly troubles: Troubles;
  readonly stagingAbsolute: string;
}
