import type { WorkspacePath } from '@larder/core';

/** The folders of a workspace in the order in which they are listed: each before what it holds. */
export interface FolderTree {
  /** `''` for the root, all others with a trailing slash. */
  readonly folders: readonly string[];
  /** What each holds and nobody ignores, sorted by code unit; the names of folders with their slash. */
  readonly names: readonly (readonly string[])[];
}

/** All files, sorted by code unit, because the names of each folder are. */
export function listPaths({ folders, names }: FolderTree): readonly WorkspacePath[] {
  const paths: WorkspacePath[] = [];
  let next = 0;
  const visit = (): void => {
    const folder = folders[next] ?? '';
    const held = names[next] ?? [];
    next += 1;
    for (const name of held) {
      if (name.endsWith('/')) visit();
      else paths.push((folder + name) as WorkspacePath);
    }
  };
  if (folders.length > 0) visit();
  return paths;
}

export function countFiles({ folders, names }: FolderTree): number {
  // Each folder but the root has its name in another.
  return names.reduce((sum, held) => sum + held.length, 0) - (folders.length - 1);
}

/** Without its slash, as folders are named elsewhere. */
export function nameOfFolder(folder: string): string {
  return folder.slice(0, -1);
}

/** The folders that these names make, one after the other; null where the names are no tree. */
export function nameFolders(names: readonly (readonly string[])[]): readonly string[] | null {
  const folders: string[] = [];
  const visit = (folder: string): void => {
    const held = names[folders.length] ?? [];
    folders.push(folder);
    for (const name of held) if (name.endsWith('/')) visit(folder + name);
  };
  visit('');
  return folders.length === names.length ? folders : null;
}
