import type { WorkspacePath } from '../ids.ts';

/**
 * Tells to which project a path belongs: the one with the deepest root above it. Works by path alone,
 * so for deleted files as well; null where no project's root is above.
 */
export type FindOwner = (path: WorkspacePath) => WorkspacePath | null;

/** The answer is remembered per folder: one entry for each folder that was asked about. */
export function createFindOwner(roots: ReadonlySet<WorkspacePath>): FindOwner {
  const byFolder = new Map<string, WorkspacePath | null>();
  return (path) => {
    const passed: string[] = [];
    let folder = path as string;
    let owner: WorkspacePath | null | undefined;
    while (owner === undefined) {
      if (folder === '') break;
      folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')));
      owner = roots.has(folder as WorkspacePath) ? (folder as WorkspacePath) : byFolder.get(folder);
      passed.push(folder);
    }
    for (const one of passed) byFolder.set(one, owner ?? null);
    return owner ?? null;
  };
}

/** The roots that have another root below them: only their files need to be told apart from nested projects'. */
export function findRootsWithNested(roots: ReadonlySet<WorkspacePath>): ReadonlySet<WorkspacePath> {
  const withNested = new Set<WorkspacePath>();
  for (const root of roots) {
    let folder = root as string;
    while (folder !== '') {
      folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')));
      if (roots.has(folder as WorkspacePath)) withNested.add(folder as WorkspacePath);
    }
  }
  return withNested;
}
