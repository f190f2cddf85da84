interface Known {
  readonly names: string[];
  /** How many watched folders have this inode now: two while a move is half told. */
  folders: number;
}

/**
 * By which names libuv may tell of a watched folder itself. It uses the one that the folder had when its inode was first
 * watched, for as long as any watch of it is open; a later name, a folder that moved, and an inode that was given to
 * another folder all share it. So every name under which an inode was watched counts.
 */
export class SelfNames {
  readonly #byInode = new Map<number, Known>();
  readonly #left = new Set<number>();

  /** The names of this inode, to which later ones are added. */
  enter(inode: number, name: string): readonly string[] {
    let known = this.#byInode.get(inode);
    if (known === undefined) {
      known = { names: [], folders: 0 };
      this.#byInode.set(inode, known);
    }
    known.folders += 1;
    if (!known.names.includes(name)) known.names.push(name);
    return known.names;
  }

  leave(inode: number): void {
    const known = this.#byInode.get(inode);
    if (known === undefined) return;
    known.folders -= 1;
    this.#left.add(inode);
  }

  /** The watches that were left in this turn are closed now. */
  endTurn(): void {
    for (const inode of this.#left) if (this.#byInode.get(inode)?.folders === 0) this.#byInode.delete(inode);
    this.#left.clear();
  }
}
