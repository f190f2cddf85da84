import type { DebugLog, Problem, WorkspacePath } from '@larder/core';

import { FileLister } from './file-lister.ts';
import type { OnCounted } from './file-lister.ts';
import { describeRepository } from './find-repository.ts';
import type { ListedFolders } from './known-folders.ts';
import type { RulesMemory } from './rules-memory.ts';

export interface FileListing {
  /** Regular files and symbolic links, sorted by code unit. Links are not followed. */
  readonly paths: readonly WorkspacePath[];
  /** Folders and names that could not be read. */
  readonly problems: readonly Problem[];
}

/** A listing of a whole workspace, from which the next one may begin. */
export interface WholeListing extends FileListing {
  readonly listed: ListedFolders;
}

/** Lists the files of a workspace that are not ignored. Synchronous: a promise per folder costs more than it. */
export function listFiles(rootAbsolute: string, log: DebugLog, onCounted: OnCounted = () => {}): WholeListing {
  const startedAtMs = Date.now();
  const lister = new FileLister(rootAbsolute, log, { onCounted });
  lister.list('');
  const { tree, rulesFiles } = lister;
  const repository = describeRepository(rootAbsolute);
  return { ...lister.finish(), listed: { tree, rulesFiles: [...rulesFiles], repository, startedAtMs, stamps: null } };
}

/** The same of the folders that are wanted, which have a trailing slash, and of the root. */
export function listWanted(rootAbsolute: string, log: DebugLog, isWanted: (folder: string) => boolean): FileListing {
  const lister = new FileLister(rootAbsolute, log, { isWanted });
  lister.list('');
  return lister.finish();
}

/**
 * Lists folders and files one after the other, as `listFiles` does; an ignored or missing path gives nothing. Folders
 * above those that are listed are read once: a look at a thousand projects does not read the folder around them a
 * thousand times. So it is made anew for each look.
 */
export function createListUnder(
  rootAbsolute: string,
  log: DebugLog,
  memory: RulesMemory,
): (path: WorkspacePath) => FileListing {
  const lister = new FileLister(rootAbsolute, log, { memory });
  return (path) => {
    lister.list(path);
    return lister.finish();
  };
}
