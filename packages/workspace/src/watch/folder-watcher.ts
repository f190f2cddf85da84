import type { WorkspacePath } from '@larder/core';

/** Why changes may have been missed. */
export type WatchLossReason =
  /** The system dropped events, because they came faster than they were read. */
  | 'overflow'
  /** The system watches no more folders for this user, or the workspace has more than can be held. */
  | 'watch-limit'
  /** The workspace is no longer where it was. */
  | 'moved'
  /** A file system on which somebody else's changes go unnoticed, such as a network's. */
  | 'file-system'
  /** No watcher for this platform is installed. */
  | 'unsupported'
  | 'failed';

export interface WatchLoss {
  readonly kind: 'lost';
  readonly why: WatchLossReason;
  /** For people: what the system said. */
  readonly detail: string;
}

export interface WatchedChanges {
  readonly kind: 'changes';
  /**
   * What appeared, vanished or changed, each once. A path that is or was a folder stands for everything below it: what
   * leaves with its folder is not named. The empty path is the workspace itself. Some may not have changed at all.
   */
  readonly paths: readonly WorkspacePath[];
}

export interface FolderWatcher {
  readonly kind: 'watching';
  /** Whether silence proves that nothing changed. Only then does `barrier` ever hold. */
  readonly isExact: boolean;
  /** Folders watched now. */
  countFolders(): number;
  /**
   * True once everything that had happened before the call has been given to `onBatch`; false where that is not certain
   * within the time, or the watcher has ended.
   */
  barrier(deadlineMs: number): Promise<boolean>;
  /**
   * From the call on `onBatch` is not called any more. Who opens another watcher before the promise resolves may get one that
   * sees nothing: some systems' watchers share what ends with the last of them. Never rejects.
   */
  close(): Promise<void>;
}

export interface WatchOptions {
  /**
   * Called from the event loop, soon after something happened; must not throw. After a loss the watcher has ended: open
   * another one, and take everything as changed.
   */
  readonly onBatch: (batch: WatchedChanges | WatchLoss) => void;
}
