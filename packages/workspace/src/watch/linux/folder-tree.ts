import { lstatSync, type Dirent, type Stats } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import type { WatchLoss } from '../folder-watcher.ts';
import { isWatchedName } from '../watched-path.ts';
import type { FolderEvent, FolderWatches } from './folder-watches.ts';
import { SelfNames } from './self-names.ts';
import { TreeDisk } from './tree-disk.ts';
import { joinPath, walkFolders, type WatchedFolder } from './watched-folder.ts';

export interface FolderTreeOptions {
  readonly rootAbsolute: string;
  readonly watches: FolderWatches;
  readonly onTouched: (path: string) => void;
  readonly onLost: (loss: WatchLoss) => void;
}

/** Folders entered between two turns of the loop while the tree is opened. */
const foldersPerTurn = 200;

/**
 * Keeps a watch on every folder of a tree. A folder is watched before it is listed, and all is done within the event
 * that told of it: whatever appears in between is either listed or told. What the events mean is never trusted: each
 * makes us look at what is there now.
 */
export class FolderTree {
  readonly #options: FolderTreeOptions;
  readonly #disk: TreeDisk;
  readonly #root: WatchedFolder;
  readonly #selfNames = new SelfNames();

  /** Throws where the root cannot be read. */
  constructor(options: FolderTreeOptions) {
    this.#options = options;
    this.#disk = new TreeDisk(options.rootAbsolute);
    const { dev: device, ino: inode } = lstatSync(options.rootAbsolute);
    const selfNames = this.#selfNames.enter(inode, options.rootAbsolute.split('/').at(-1) ?? '');
    this.#root = { path: '', parent: null, children: new Map(), device, inode, watcher: null, selfNames };
  }

  /** Enters every folder, with turns of the loop in between. */
  async open(): Promise<void> {
    const queue = [this.#root];
    for (let folder = queue.pop(), count = 1; folder !== undefined; folder = queue.pop(), count += 1) {
      queue.push(...this.#enter(folder, false));
      if (count % foldersPerTurn === 0) await turn();
    }
  }

  /** Whether the root is the folder that it was. */
  isInPlace(): boolean {
    const facts = this.#disk.look('');
    return facts?.dev === this.#root.device && facts.ino === this.#root.inode;
  }

  endTurn(): void {
    this.#selfNames.endTurn();
  }

  #handle(folder: WatchedFolder, event: FolderEvent, name: string): void {
    // Something that happened to the folder itself is not told from what happened to a child of that name.
    const isThere = event !== 'rename' || !folder.selfNames.includes(name) || this.#watchAnew(folder);
    if (!isWatchedName(name)) return;
    const path = joinPath(folder.path, name);
    this.#options.onTouched(path);
    // What is at the path of a folder that was left, the folder above tells.
    if (isThere) this.#settle(folder, name);
    if (event === 'change') this.#tellOtherNames(path);
  }

  /** A file that was written under one of its names has changed under the others, which nobody tells. */
  #tellOtherNames(path: string): void {
    const facts = this.#disk.look(path);
    if (facts?.isFile() === true && facts.nlink > 1) this.#options.onTouched('');
  }

  /** Makes the tree agree with what is now at this name. */
  #settle(folder: WatchedFolder, name: string): void {
    const path = joinPath(folder.path, name);
    const facts = this.#disk.look(path);
    const known = folder.children.get(name);
    const isFolder = facts?.isDirectory() === true;
    if (known !== undefined) {
      const isSame = isFolder && facts.ino === known.inode && facts.dev === known.device;
      if (isSame && known.watcher !== null) return;
      this.#leave(known);
    }
    if (isFolder) this.#enterAll(this.#add(folder, name, facts));
  }

  /**
   * The folder may have been deleted and made anew with the inode that it had, in which case its watch is dead. Those
   * below it tell of themselves, and the folder above tells of this one, which stands for what is in it. False where it
   * was left, because it is not there.
   */
  #watchAnew(folder: WatchedFolder): boolean {
    if (folder.parent === null && !this.isInPlace()) {
      this.#options.onLost({ kind: 'lost', why: 'moved', detail: 'the workspace is not where it was' });
      return false;
    }
    if (folder.parent !== null && this.#disk.look(folder.path)?.isDirectory() !== true) {
      this.#leave(folder);
      return false;
    }
    const old = folder.watcher;
    for (const child of this.#enter(folder, folder.parent === null)) this.#enterAll(child);
    this.#options.watches.leave(old);
    return true;
  }

  #enterAll(folder: WatchedFolder): void {
    const queue = [folder];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) queue.push(...this.#enter(next, true));
  }

  /** Watches and lists a folder; answers which folders in it are new. */
  #enter(folder: WatchedFolder, isTold: boolean): readonly WatchedFolder[] {
    const { watches, onTouched } = this.#options;
    if (watches.isClosed || !this.#isLocal(folder)) return [];
    folder.watcher = watches.open(this.#disk.absolute(folder.path), (event, name) => this.#handle(folder, event, name));
    const entered: WatchedFolder[] = [];
    for (const entry of this.#list(folder)) {
      if (!isWatchedName(entry.name)) continue;
      const path = joinPath(folder.path, entry.name);
      if (isTold) onTouched(path);
      // A name that is no UTF-8 cannot be opened by it, by nobody.
      if (!entry.isDirectory() || folder.children.has(entry.name) || entry.name.includes('\uFFFD')) continue;
      const facts = this.#disk.look(path);
      if (facts?.isDirectory() === true) entered.push(this.#add(folder, entry.name, facts));
    }
    return entered;
  }

  #add(parent: WatchedFolder, name: string, { dev: device, ino: inode }: Stats): WatchedFolder {
    const selfNames = this.#selfNames.enter(inode, name);
    const path = joinPath(parent.path, name);
    const folder: WatchedFolder = { path, parent, children: new Map(), device, inode, watcher: null, selfNames };
    parent.children.set(name, folder);
    return folder;
  }

  #leave(folder: WatchedFolder): void {
    const name = folder.path.split('/').at(-1) ?? '';
    if (folder.parent?.children.get(name) === folder) folder.parent.children.delete(name);
    for (const left of walkFolders(folder)) {
      this.#selfNames.leave(left.inode);
      this.#options.watches.leave(left.watcher);
    }
  }

  #list(folder: WatchedFolder): readonly Dirent[] {
    const listing = this.#disk.list(folder.path);
    if (listing.kind === 'entries') return listing.entries;
    if (folder.parent === null) throw new Error('the workspace cannot be listed');
    // Until something happens to it nobody can read what is in there; then it is tried again.
    if (listing.kind === 'unreadable') this.#leave(folder);
    return [];
  }

  #isLocal({ path, device }: WatchedFolder): boolean {
    const kind = this.#disk.findForeign(path, device);
    if (kind === null) return true;
    this.#options.onLost({ kind: 'lost', why: 'file-system', detail: `${path === '' ? '.' : path}: ${kind}` });
    return false;
  }
}
