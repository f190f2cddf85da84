import { realpathSync } from 'node:fs';
import type { FolderWatcher, WatchLoss, WatchOptions } from './folder-watcher.ts';

/**
 * Watches everything below a workspace's root but what `isWatchedPath` leaves out; links are not followed. What happens
 * after the promise resolves is reported. A loss in place of a watcher says why there is none; never rejects.
 *
 * Not seen, because no system tells it: what is written through a memory map, and, to a file with several names, through
 * one that lies outside or is gone at once.
 */
export async function watchFolder(rootAbsolute: string, options: WatchOptions): Promise<FolderWatcher | WatchLoss> {
  try {
    const root = realpathSync.native(rootAbsolute);
    if (process.platform === 'linux') {
      const { watchOnLinux } = await import('./linux/watch-on-linux.ts');
      return await watchOnLinux(root, options);
    }
    const { watchWithParcel } = await import('./watch-with-parcel.ts');
    return await watchWithParcel(root, options);
  } catch (error) {
    return { kind: 'lost', why: 'failed', detail: error instanceof Error ? error.message : String(error) };
  }
}
