import type { FSWatcher } from 'node:fs';
import { basename } from 'node:path';

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
  /** By which name libuv tells of the folder itself: the one that it had when it was first watched. */
  selfName: string;
}

export function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** libuv names the folder itself when something happens to it, which a child of that name is not told from. */
export function mayMeanItself({ path, selfName }: WatchedFolder, name: string): boolean {
  return name === selfName || (path !== '' && name === basename(path));
}

/** The folder and all below it, itself first. */
export function* walkFolders(folder: WatchedFolder): Generator<WatchedFolder> {
  yield folder;
  for (const child of folder.children.values()) yield* walkFolders(child);
}
