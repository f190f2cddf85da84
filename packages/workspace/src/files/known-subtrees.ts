import type { WorkspacePath } from '@larder/core';

import type { StatProof } from '../recall/stat-proof.ts';
import { haveSameRules, isUnchanged } from './known-folders.ts';
import type { StampedFolders } from './known-folders.ts';

export interface KnownSubtreesOptions extends StampedFolders {
  readonly rules: StatProof;
}

/** Lists the files below a folder; null where it has to be read. */
export type ListKnown = (path: WorkspacePath) => readonly WorkspacePath[] | null;

/**
 * Lists parts of a workspace of which a whole listing is known: a folder that has its stamp still, and those around and below
 * it, holds what it held. One `lstat` a folder, where reading it takes five calls.
 */
export class KnownSubtrees {
  readonly #rootAbsolute: string;
  readonly #known: KnownSubtreesOptions;
  #rows: ReadonlyMap<string, number> | null = null;

  constructor(rootAbsolute: string, known: KnownSubtreesOptions) {
    this.#rootAbsolute = rootAbsolute;
    this.#known = known;
  }

  /** For one look: what is found to be unchanged is taken to be so until the next. Null where ignore rules changed. */
  look(): ListKnown | null {
    if (!haveSameRules(this.#known, this.#rootAbsolute)) return null;
    const seen = new Map<number, boolean>();
    const isSame = (row: number): boolean => {
      const known = seen.get(row);
      if (known !== undefined) return known;
      const isSameNow = isUnchanged(this.#rootAbsolute, this.#known, row);
      seen.set(row, isSameNow);
      return isSameNow;
    };
    return (path) => this.#list(path, isSame);
  }

  #list(path: WorkspacePath, isSame: (row: number) => boolean): readonly WorkspacePath[] | null {
    const { folders, names } = this.#known.tree;
    this.#rows ??= new Map(folders.map((folder, row) => [folder, row]));
    for (const folder of listFoldersTo(path)) {
      const row = this.#rows.get(folder);
      if (row === undefined || !isSame(row)) return null;
    }
    const paths: WorkspacePath[] = [];
    let row = this.#rows.get(path === '' ? '' : `${path}/`)!;
    const visit = (): boolean => {
      if (!isSame(row)) return false;
      const folder = folders[row]!;
      const held = names[row]!;
      row += 1;
      // A folder stands before what it holds.
      return held.every((name) => {
        if (name.endsWith('/')) return visit();
        paths.push((folder + name) as WorkspacePath);
        return true;
      });
    };
    return visit() ? paths : null;
  }
}

/** The root, the folders on the way, and the folder itself, each as a tree names it. */
function* listFoldersTo(path: string): Generator<string> {
  yield '';
  if (path === '') return;
  for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) yield path.slice(0, end + 1);
  yield `${path}/`;
}
