import type { Fileset, WorkspacePath } from '@larder/core';

/** What moved since it was last asked for: each with the number of its last move. */
export interface TakenMoves {
  readonly paths: ReadonlyMap<WorkspacePath, number>;
  /** Sets of files that nobody tracks one by one. */
  readonly sets: ReadonlyMap<Fileset, number>;
}

/**
 * Every move of a file that anybody has seen, numbered, so that it can be said of any earlier moment what moved since.
 * `now` is the number that the next move will have.
 */
export class FileMoves {
  readonly #paths = new Map<WorkspacePath, number>();
  readonly #sets = new Map<Fileset, number>();
  #taken = 0;
  #now = 0;

  get now(): number {
    return this.#now;
  }

  note(paths: readonly WorkspacePath[], sets: readonly Fileset[]): void {
    for (const path of paths) this.#paths.set(path, this.#now);
    for (const fileset of sets) this.#sets.set(fileset, this.#now);
    this.#now += 1;
  }

  /** Files in one of the sets, and where whole sets moved their folders. */
  findSince(moment: number, filesets: readonly Fileset[]): readonly WorkspacePath[] {
    const movedSets = filesets.filter((fileset) => (this.#sets.get(fileset) ?? -1) >= moment);
    const moved = [...since(this.#paths, moment).keys()];
    return [
      ...moved.filter((path) => filesets.some((fileset) => fileset.matches(path))),
      ...movedSets.flatMap((fileset) => fileset.bases),
    ];
  }

  /** What moved since the last call. */
  take(): TakenMoves {
    const moves = { paths: since(this.#paths, this.#taken), sets: since(this.#sets, this.#taken) };
    this.#taken = this.#now;
    return moves;
  }
}

function since<Key>(moves: ReadonlyMap<Key, number>, moment: number): ReadonlyMap<Key, number> {
  return new Map([...moves].filter(([, at]) => at >= moment));
}
