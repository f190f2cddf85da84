import type { DebugLog } from '@larder/core';

import { FileLister } from './file-lister.ts';
import { describeRepository } from './find-repository.ts';
import { listPaths } from './folder-tree.ts';
import type { FolderTree } from './folder-tree.ts';
import { findUnchanged, haveSameRules, stampSize } from './known-folders.ts';
import type { KnownFolders } from './known-folders.ts';
import type { WholeListing } from './list-files.ts';

/**
 * Lists a workspace as `listFiles` does, where an earlier listing is known: only folders that changed since are read.
 * Null where that does not do, because the ignore rules are not those of then, or something cannot be read.
 */
export function relistFiles(rootAbsolute: string, known: KnownFolders, log: DebugLog): WholeListing | null {
  const startedAtMs = Date.now();
  const repository = describeRepository(rootAbsolute);
  if (repository !== known.repository || !haveSameRules(known, rootAbsolute)) return null;
  const unchanged = findUnchanged(rootAbsolute, known);
  const lister = new FileLister(rootAbsolute, log);
  const { tree, stamps } = unchanged.includes(0) ? readChanged(known, unchanged, lister) : known;
  const { rulesFiles } = lister;
  const { problems } = lister.finish();
  const knownRules = new Set(known.rules.paths);
  if (problems.length > 0 || [...rulesFiles].some((file) => !knownRules.has(file))) return null;
  return {
    paths: listPaths(tree),
    problems,
    listed: { tree, rulesFiles: [...knownRules], repository, startedAtMs, stamps },
  };
}

interface Reread {
  readonly tree: FolderTree;
  /** None for those that were read. */
  readonly stamps: Float64Array;
}

function readChanged(known: KnownFolders, unchanged: Uint8Array, lister: FileLister): Reread {
  const rowOf = new Map(known.tree.folders.map((folder, row) => [folder, row]));
  const folders: string[] = [];
  const names: (readonly string[])[] = [];
  const knownRows: number[] = [];
  const visit = (folder: string): void => {
    const row = rowOf.get(folder) ?? -1;
    const isKnown = unchanged[row] === 1;
    const held = isKnown ? (known.tree.names[row] ?? []) : lister.namesIn(folder);
    folders.push(folder);
    names.push(held);
    knownRows.push(isKnown ? row : -1);
    for (const name of held) if (name.endsWith('/')) visit(folder + name);
  };
  visit('');
  const stamps = new Float64Array(folders.length * stampSize).fill(NaN);
  for (const [row, from] of knownRows.entries()) {
    if (from !== -1) stamps.set(known.stamps.subarray(from * stampSize, (from + 1) * stampSize), row * stampSize);
  }
  return { tree: { folders, names }, stamps };
}
