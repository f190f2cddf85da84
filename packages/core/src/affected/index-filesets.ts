import type { WorkspacePath } from '../ids.ts';
import type { Fileset } from '../hash/inputs.ts';

/** Finds the filesets that a path is in, without trying those that lie in other folders. */
export type FindFilesets = (path: WorkspacePath) => readonly Fileset[];

export function indexFilesets(filesets: Iterable<Fileset>): FindFilesets {
  const byBase = new Map<string, Fileset[]>();
  for (const fileset of new Set(filesets)) {
    for (const base of fileset.bases) {
      const there = byBase.get(base);
      if (there === undefined) byBase.set(base, [fileset]);
      else there.push(fileset);
    }
  }
  return (path) => {
    const candidates = new Set<Fileset>();
    for (const folder of listFoldersOf(path)) for (const fileset of byBase.get(folder) ?? []) candidates.add(fileset);
    return [...candidates].filter((fileset) => fileset.matches(path));
  };
}

/** The path itself and every folder above it, the workspace's root last. */
function* listFoldersOf(path: string): Generator<string> {
  let folder = path;
  while (folder !== '') {
    yield folder;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')));
  }
  yield '';
}
