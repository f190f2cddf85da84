import type { FSWatcher } from 'node:fs';

/** One folder with a watch of its own. */
export interface WatchedFolder {
  /** Relative to the root, which is the empty path. */
  readonly path: string;
  readonly parent: WatchedFolder | null;
  readonly children: Map<string, WatchedFolder>;
  readonly device: number;
  readonly inode: number;
  /** Replaced when the folder behind the path may have been. */
  watcher: FSWatcher | null;
  /** By which names libuv may tell of the folder itself. */
  readonly selfNames: readonly string[];
}

export function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** The folder and all below it, itself first. */
export function* walkFolders(folder: WatchedFolder): Generator<WatchedFolder> {
  yield folder;
  for (const child of folder.children.values()) yield* walkFolders(child);
}
