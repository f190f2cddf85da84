import { lstatSync, readdirSync, type Dirent, type Stats } from 'node:fs';
import { toOutputTrouble } from './output-trouble.ts';
import { placePath } from './place-path.ts';

/** `other`: a device, a socket, a FIFO. */
export type TreeKind = 'file' | 'directory' | 'symlink' | 'other';

export interface TreeEntry {
  readonly name: string;
  readonly kind: TreeKind;
}

/**
 * Something in which outputs are selected: the workspace on disk, or the paths that an artifact names.
 * One selection for both is what makes "declared by the task" mean the same when storing and restoring.
 */
export interface OutputTree {
  /** In any order; empty where there is no such directory. Links are not followed. Throws `OutputTrouble`, as `kindOf`. */
  list(directory: string): readonly TreeEntry[];
  kindOf(path: string): TreeKind | null;
}

export function readDiskTree(rootAbsolute: string): OutputTree {
  return {
    list: (directory) => listDirectory(rootAbsolute, directory),
    kindOf: (path) => {
      const stats = lookAt(rootAbsolute, path);
      return stats === undefined ? null : kindOf(stats);
    },
  };
}

/** Undefined where there is nothing. Throws `OutputTrouble` where nobody may look. */
export function lookAt(rootAbsolute: string, path: string): Stats | undefined {
  try {
    return lstatSync(placePath(rootAbsolute, path), { throwIfNoEntry: false });
  } catch (error) {
    throw toOutputTrouble(error, path);
  }
}

/** A tree that holds the given paths and the directories that lead to them. */
export function buildTree(paths: readonly { readonly path: string; readonly kind: TreeKind }[]): OutputTree {
  const kinds = new Map<string, TreeKind>([['', 'directory']]);
  const listings = new Map<string, TreeEntry[]>();
  function add(path: string, kind: TreeKind): void {
    if (kinds.has(path)) return;
    kinds.set(path, kind);
    const slash = path.lastIndexOf('/');
    const parent = slash === -1 ? '' : path.slice(0, slash);
    add(parent, 'directory');
    const listing = listings.get(parent);
    const entry = { name: path.slice(slash + 1), kind };
    if (listing === undefined) listings.set(parent, [entry]);
    else listing.push(entry);
  }
  for (const { path, kind } of paths) add(path, kind);
  return { list: (directory) => listings.get(directory) ?? [], kindOf: (path) => kinds.get(path) ?? null };
}

function listDirectory(rootAbsolute: string, directory: string): readonly TreeEntry[] {
  try {
    return readdirSync(placePath(rootAbsolute, directory), { withFileTypes: true }).map((entry) => ({
      name: entry.name,
      kind: kindOf(entry),
    }));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw toOutputTrouble(error, directory);
  }
}

function kindOf(entry: Dirent | Stats): TreeKind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'symlink' : 'other';
}
