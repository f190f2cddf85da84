import { realpathSync } from 'node:fs';
import { sep } from 'node:path';
import type { WorkspacePath } from '@larder/core';
import type { AsyncSubscription } from '@parcel/watcher';
import type { FolderWatcher, WatchLoss, WatchOptions } from './folder-watcher.ts';
import { isWatchedPath } from './watched-path.ts';

/**
 * For macOS and Windows, by FSEvents and ReadDirectoryChangesW. It tells of events that the system dropped, but batches
 * what happens and leaves out some of what keeps a file's time: enough to start tasks, not to prove that nothing changed.
 */
export async function watchWithParcel(
  rootAbsolute: string,
  { onBatch }: WatchOptions,
): Promise<FolderWatcher | WatchLoss> {
  const parcel = await import('@parcel/watcher').catch((error: unknown) => String(error));
  if (typeof parcel === 'string') return { kind: 'lost', why: 'unsupported', detail: parcel };
  let isOpen = true;
  let subscription: AsyncSubscription | null = null;
  let ending: Promise<void> = Promise.resolve();
  const end = (): Promise<void> => {
    // Nobody listens any more; what its end says is of no use.
    if (isOpen) ending = subscription?.unsubscribe().catch(() => {}) ?? ending;
    isOpen = false;
    return ending;
  };
  const lose = (why: 'failed' | 'moved', detail: string): void => {
    if (!isOpen) return;
    void end();
    onBatch({ kind: 'lost', why, detail });
  };
  subscription = await parcel.subscribe(
    rootAbsolute,
    (error, events) => {
      if (!isOpen) return;
      if (error !== null) return lose('failed', error.message);
      if (!isInPlace(rootAbsolute)) return lose('moved', 'the workspace is not where it was');
      const paths = events.map(({ path }) => relativePath(rootAbsolute, path)).filter(isWatchedPath);
      if (paths.length > 0) onBatch({ kind: 'changes', paths });
    },
    { ignore: ['**/.git/**', '**/node_modules/**', '**/.larder/**', '**/.nx/**'] },
  );
  // Lost before it was known how to end it.
  if (!isOpen) await subscription.unsubscribe();
  return { kind: 'watching', isExact: false, countFolders: () => 1, barrier: async () => false, close: end };
}

function relativePath(rootAbsolute: string, path: string): WorkspacePath {
  return path.slice(rootAbsolute.length + 1).replaceAll(sep, '/') as WorkspacePath;
}

function isInPlace(rootAbsolute: string): boolean {
  try {
    return realpathSync.native(rootAbsolute) === rootAbsolute;
  } catch {
    return false;
  }
}
